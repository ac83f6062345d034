# SPDX-License-Identifier: Apache-2.0
"""Buffers: what is refused when they are full, and how the vendor's client gets over it."""
import json
import threading

import httpx

from difference import expect, require
from place import chunk, created, pulled, refusal, until


def filled(client, wire):
    """A pipeline whose output buffer is full after one result, and then its input buffer too; and how many chunks it has."""
    pipeline = created(client, max_input_size=0.0004, max_output_size=0.00005)
    path = f"batch/{pipeline.batch_id}/chunks"

    def push(number):
        return wire.post(
            path, json={"chunks": [{"id": f"fill-{number}", "data": {"inputs": [["value"], [number]]}}]})
    expect(push(0).status_code, 200, "status of the first push")
    until(lambda: pipeline.get_status().data["chunks_available"] == 1, "the first result was there")
    count = 1
    while (answer := push(count)).status_code == 200:
        count += 1
        require(count < 100, "the input buffer is never full")
    expect((answer.status_code, answer.json()["code"]), (429, "INPUT_BUFFER_FULL"), "answer of a full buffer")
    require(int(answer.headers["retry-after"]) >= 1, "Retry-After")
    require(0 < float(answer.headers["x-retry-after"]) <= int(answer.headers["retry-after"]), "x-retry-after")
    return pipeline, count


def a_full_buffer_is_refused_with_a_time_to_come_back(shared):
    with shared.client() as client, shared.wire() as wire:
        pipeline, count = filled(client, wire)
        status = pipeline.get_status().data
        expect(status["pipeline_status"], "paused", "pipeline_status")
        expect(status["chunks_submitted"], count, "chunks_submitted, without what was refused")
        require(status["input_buffer_used_bytes"] > 0, "input_buffer_used_bytes")
        expect(status["output_buffer_remaining_bytes"], 0, "output_buffer_remaining_bytes")
        expect(len(pulled(pipeline, count)), count, "chunks")
        expect(pipeline.get_status().data["input_buffer_used_bytes"], 0, "input_buffer_used_bytes in the end")


def the_client_comes_back_by_itself_and_succeeds(shared):
    seen = []
    hooks = {"response": [lambda response: seen.append((response.request.method, response.status_code))]}
    with httpx.Client(event_hooks=hooks, trust_env=False) as http, shared.wire() as wire, \
            shared.client(http_client=http, max_retries=12, retry_interval=0.05) as client:
        pipeline, count = filled(client, wire)
        failures = []

        def push():
            try:
                pipeline.push(chunks=[chunk("pushed-again", 7)])
            except Exception as error:
                failures.append(error)
        thread = threading.Thread(target=push)
        thread.start()
        until(lambda: ("POST", 429) in seen, "the client was refused")
        results = {}
        reader = client.batches.of(pipeline.batch_id)

        def read():
            for result in reader.pull().data["data"]:
                results[result["id"]] = result
            return len(results) == count + 1
        until(read, "all results were there")
        thread.join()
        expect(failures, [], "errors of the client")
        expect(results["pushed-again"]["outputs"], [["value"], [14]], "outputs")
        expect(pipeline.get_status().data["chunks_submitted"], count + 1, "chunks_submitted")


def the_client_gives_up_in_the_end(shared):
    with shared.wire() as wire, shared.client(max_retries=1, retry_interval=0.01) as client:
        pipeline, _ = filled(client, wire)
        error = refusal(lambda: pipeline.push(chunks=[chunk("refused", 7)]), 429)
        expect(json.loads(error.cause.response.body)["code"], "INPUT_BUFFER_FULL", "code")


def a_push_larger_than_the_buffer_is_refused_at_once(shared):
    with shared.client() as client:
        pipeline = created(client, max_input_size=0.0001)
        error = refusal(lambda: pipeline.push(chunks=[chunk("large", *range(100))]), 422)
        expect(json.loads(error.cause.response.body)["code"], "PUSH_TOO_LARGE", "code")
        pipeline.push(chunks=[chunk("small", 1)])
        expect(list(pulled(pipeline, 1)), ["small"], "ids")


CASES = [
    a_full_buffer_is_refused_with_a_time_to_come_back, the_client_comes_back_by_itself_and_succeeds,
    the_client_gives_up_in_the_end, a_push_larger_than_the_buffer_is_refused_at_once,
]
