# SPDX-License-Identifier: Apache-2.0
"""Chunks: ids, duplicates, and requests that are repeated."""
import cspark.sdk as Spark

from difference import expect, require
from place import chunk, completed, created, pulled, refusal


def duplicates_are_replaced_by_the_client_and_run_again(shared):
    with shared.client() as client:
        pipeline = created(client)
        pipeline.push(chunks=[chunk("dup-replace", 1)])
        status = pipeline.push(chunks=[chunk("dup-replace", 1)]).data
        expect(status["chunks_submitted"], 2, "chunks_submitted")
        results = pulled(pipeline, 2)
        require("dup-replace" in results and len(results) == 2, f"ids {sorted(results)}")


def duplicates_are_ignored_by_the_client_with_an_empty_push(shared):
    with shared.client() as client:
        pipeline = created(client)
        pipeline.push(chunks=[chunk("dup-ignore", 1)])
        status = pipeline.push(chunks=[chunk("dup-ignore", 1)], if_chunk_id_duplicated="ignore").data
        expect((status["chunks_submitted"], status["record_submitted"]), (1, 1), "what was submitted")


def duplicates_are_thrown_by_the_client(shared):
    with shared.client() as client:
        pipeline = created(client)
        pipeline.push(chunks=[chunk("dup-throw", 1)])
        try:
            pipeline.push(chunks=[chunk("dup-throw", 1)], if_chunk_id_duplicated="throw")
        except Spark.SparkSdkError:
            expect(completed(pipeline)["chunks_submitted"], 1, "chunks_submitted")
        else:
            require(False, "the client sent a duplicate")


def the_same_id_with_the_same_data_is_accepted_once(shared):
    with shared.client() as client, shared.wire() as wire:
        pipeline = created(client)
        path = f"batch/{pipeline.batch_id}/chunks"
        body = {"chunks": [{"id": "same", "data": {"inputs": [["value"], [1]]}}]}
        for _ in range(3):
            answer = wire.post(path, json=body)
            expect(answer.status_code, 200, "status")
            expect(answer.json()["chunks_submitted"], 1, "chunks_submitted")
        expect(len(pulled(pipeline, 1)), 1, "chunks")
        # Also after it was pulled.
        expect(wire.post(path, json=body).json()["chunks_submitted"], 1, "chunks_submitted after the pull")
        expect(pipeline.pull().data["data"], [], "what a repeated push brings")


def the_same_id_with_other_data_refuses_the_whole_push(shared):
    with shared.client() as client, shared.wire() as wire:
        pipeline = created(client)
        pipeline.push(chunks=[chunk("other", 1)])
        answer = wire.post(f"batch/{pipeline.batch_id}/chunks", json={"chunks": [
            {"id": "fresh", "data": {"inputs": [["value"], [5]]}},
            {"id": "other", "data": {"inputs": [["value"], [2]]}},
        ]})
        expect((answer.status_code, answer.json()["code"]), (409, "DUPLICATE_CHUNK"), "answer")
        expect(list(pulled(pipeline, 1)), ["other"], "ids")
        expect(pipeline.get_status().data["chunks_submitted"], 1, "chunks_submitted")
        # Twice in one push, with other data.
        twice = {"chunks": [{"id": "t", "data": {"inputs": [["value"], [n]]}} for n in (1, 2)]}
        expect(wire.post(f"batch/{pipeline.batch_id}/chunks", json=twice).status_code, 409, "status of twice in one push")
        twice = {"chunks": [{"id": "t", "data": {"inputs": [["value"], [1]]}} for _ in (1, 2)]}
        answer = wire.post(f"batch/{pipeline.batch_id}/chunks", json=twice)
        expect((answer.status_code, answer.json()["chunks_submitted"]), (200, 2), "the same twice in one push")


def empty_ids_are_minted(shared):
    with shared.client() as client, shared.wire() as wire:
        pipeline = created(client)
        path = f"batch/{pipeline.batch_id}/chunks"
        body = {"chunks": [
            {"id": "", "data": {"inputs": [["value"], [1]]}}, {"id": None, "data": {"inputs": [["value"], [1]]}},
            {"data": {"inputs": [["value"], [1]]}},
        ]}
        expect(wire.post(path, json=body).json()["chunks_submitted"], 3, "chunks_submitted")
        identifiers = list(pulled(pipeline, 3))
        require(all(identifiers), f"ids {identifiers}")
        # The vendor's client passes an empty id on, too.
        pipeline = created(client)
        pipeline.push(chunks=[Spark.BatchChunk("", Spark.ChunkData([["value"], [1]]))])
        require(all(pulled(pipeline, 1)), "a chunk has no id")


def a_repeated_request_brings_nothing_twice(shared):
    with shared.client() as client, shared.wire() as wire:
        headers = {"x-request-id": "0e4c9b3e-aaaa-4bbb-8ccc-000000000001"}
        first = wire.post("batch", json={"service": "trial/double"}, headers=headers)
        second = wire.post("batch", json={"service": "trial/double"}, headers=headers)
        expect(first.json()["id"], second.json()["id"], "id of a repeated create")
        expect(first.headers["x-request-id"], headers["x-request-id"], "x-request-id of the answer")
        path = f"batch/{first.json()['id']}/chunks"
        body = {"chunks": [{"id": "", "data": {"inputs": [["value"], [n]]}} for n in (1, 1, 2)]}
        for _ in range(3):
            answer = wire.post(path, json=body, headers=headers)
            expect(answer.json()["chunks_submitted"], 3, "chunks_submitted")
        expect(len(pulled(client.batches.of(first.json()["id"]), 3)), 3, "results")
        # Another request is another one.
        answer = wire.post(path, json=body, headers={"x-request-id": "another"})
        expect(answer.json()["chunks_submitted"], 6, "chunks_submitted after another request")


def sizes_that_clients_get_wrong_do_not_matter(shared):
    with shared.client() as client, shared.wire() as wire:
        pipeline = created(client)
        for size in [0, 1, 999, -3, "3", None, 2.5]:
            body = {"chunks": [{"id": f"size {size}", "size": size, "data": {"inputs": [["value"], [1], [2]]}}]}
            expect(wire.post(f"batch/{pipeline.batch_id}/chunks", json=body).status_code, 200, f"status of size {size}")
        expect(completed(pipeline)["record_submitted"], 14, "record_submitted")


CASES = [
    duplicates_are_replaced_by_the_client_and_run_again, duplicates_are_ignored_by_the_client_with_an_empty_push,
    duplicates_are_thrown_by_the_client, the_same_id_with_the_same_data_is_accepted_once,
    the_same_id_with_other_data_refuses_the_whole_push, empty_ids_are_minted, a_repeated_request_brings_nothing_twice,
    sizes_that_clients_get_wrong_do_not_matter,
]
