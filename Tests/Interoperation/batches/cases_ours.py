# SPDX-License-Identifier: Apache-2.0
"""What the vendor's API does not have: leases, waiting, priorities, kept results, metrics."""
import threading
import time

import shapes
from difference import expect, require
from place import chunk, completed, created, until


def a_lease_lends_results_until_they_are_acknowledged(shared):
    with shared.client() as client, shared.wire() as wire:
        pipeline = created(client)
        for number in range(3):
            pipeline.push(chunks=[chunk(f"lease-{number}", number)])
        completed(pipeline)
        path = f"batch/{pipeline.batch_id}"
        lent = wire.get(f"{path}/chunkresults?max=2&lease=60").json()
        shapes.keys(lent, ["data", "status", "lease"], "a pull with a lease")
        expect((len(lent["data"]), lent["status"]["chunks_available"]), (2, 1), "what is lent and what is left")
        require(lent["status"]["output_buffer_used_bytes"] > 0, "what is lent is in the output buffer")
        status = shapes.status(wire.post(f"{path}/ack", json={"lease": lent["lease"]}).json())
        expect(status["chunks_available"], 1, "chunks_available after ack")
        answer = wire.post(f"{path}/ack", json={"lease": lent["lease"]})
        expect(answer.status_code, 200, "a second ack, as when the answer to the first was lost")
        # A lease that is over gives its chunks back, and one can still be acknowledged by its id.
        short = wire.get(f"{path}/chunkresults?lease=0.2").json()
        until(lambda: pipeline.get_status().data["chunks_available"] == 1, "the lease was over")
        expect(wire.post(f"{path}/ack", json={"lease": short["lease"]}).status_code, 409, "ack of a lease that is over")
        identifiers = [result["id"] for result in short["data"]]
        expect(wire.post(f"{path}/ack", json={"chunks": identifiers}).status_code, 200, "ack of chunks")
        expect(wire.post(f"{path}/ack", json={"chunks": identifiers}).status_code, 200, "the same again")
        expect(pipeline.pull().data["data"], [], "what is left")
        expect(wire.post(f"{path}/ack", json={"chunks": ["none"]}).status_code, 409, "ack of an unknown chunk")


def a_pull_and_a_status_wait(shared):
    with shared.client() as client, shared.wire() as wire:
        pipeline = created(client, "trial/sleep")
        path = f"batch/{pipeline.batch_id}"
        begin = time.monotonic()
        expect(shapes.pull(wire.get(f"{path}/chunkresults?wait=0.3").json())["data"], [], "nothing comes")
        require(0.25 < time.monotonic() - begin < 5, "a pull of nothing did not wait")
        pipeline.push(inputs=[["value", "milliseconds"], [1, 200]])
        expect(len(shapes.pull(wire.get(f"{path}/chunkresults?wait=20").json())["data"]), 1, "chunks")
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(shapes.status(wire.get(f"{path}/status?wait=20").json())))
        thread.start()
        time.sleep(0.1)
        pipeline.push(inputs=[["value", "milliseconds"], [1, 50]])
        thread.join()
        expect(answers[0]["chunks_completed"], 2, "chunks_completed")


def cancelling_can_keep_what_is_finished(shared):
    with shared.client() as client, shared.wire() as wire:
        pipeline = created(client)
        pipeline.push(inputs=[["value"], [1]])
        completed(pipeline)
        answer = wire.patch(
            f"batch/{pipeline.batch_id}", json={"batch_status": "cancelled", "keep_completed": True})
        expect(shapes.envelope(answer.json())["data"]["batch_status"], "cancelled", "state")
        expect(len(client.batches.of(pipeline.batch_id).pull().data["data"]), 1, "chunks")
        expect(wire.get(f"batch/{pipeline.batch_id}/chunkresults").status_code, 409, "status once they are pulled")


def operators_are_served(shared):
    with shared.wire() as wire:
        for path in ["healthz", "readyz"]:
            answer = wire.get(f"{shared.url}/{path}", headers={"authorization": ""})
            expect((answer.status_code, answer.json()["status"]), (200, "ok"), path)
            answer = wire.post(f"{shared.url}/{path}")
            expect((answer.status_code, answer.headers["allow"]), (405, "GET"), f"POST {path}")
        metrics = wire.get(f"{shared.url}/metrics")
        require("cartload_chunks_accepted_total" in metrics.text, "metrics")
        require(metrics.headers["content-type"].startswith("text/plain"), "type of metrics")
        described = wire.get(f"{shared.url}/openapi.json")
        expect(described.json()["openapi"], "3.1.0", "openapi")


CASES = [
    a_lease_lends_results_until_they_are_acknowledged, a_pull_and_a_status_wait, cancelling_can_keep_what_is_finished,
    operators_are_served,
]
