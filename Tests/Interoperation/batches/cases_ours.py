# SPDX-License-Identifier: Apache-2.0
"""What the vendor's API does not have: leases, waiting, priorities, kept results, metrics."""
import threading
import time

from prometheus_client.parser import text_string_to_metric_families

import shapes
from difference import expect, require
from place import chunk, completed, created, server, until


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


def read_metrics(text):
    """The families by name, as the official parser has them."""
    families = {family.name: family for family in text_string_to_metric_families(text)}
    for family in families.values():
        require(family.name.startswith("cartload_") and family.documentation, f"{family.name} is not named or described")
        require(family.type in ("counter", "gauge", "histogram"), f"{family.name} is {family.type}")
        for sample in family.samples:
            require(sample.value >= 0, f"{sample}")
            if family.type == "counter":
                require(sample.name.endswith("_total"), f"{sample.name} is a counter")
        if family.type == "histogram":
            check_histogram(family)
    return families


def check_histogram(family):
    counts, last = {}, {}
    for sample in family.samples:
        key = tuple(sorted((name, value) for name, value in sample.labels.items() if name != "le"))
        if sample.name.endswith("_bucket"):
            require(sample.value >= last.get(key, 0), f"{sample} is less than the class before it")
            last[key] = sample.value
        elif sample.name.endswith("_count"):
            counts[key] = sample.value
    expect(last, counts, f"the last class of {family.name}")


def sample(families, name, family=None, **labels):
    found = [each.value for each in families[family or name.removesuffix("_total")].samples
             if each.name == name and each.labels == labels]
    expect(len(found), 1, f"samples of {name} with {labels}")
    return found[0]


def metrics_say_what_was_done():
    with server(limits={"body": "4MB"}) as own, own.client() as client, own.wire() as wire:
        pipeline = created(client)
        pipeline.push(chunks=[chunk("a", 1, 2, 3), chunk("b", 4)])
        completed(pipeline)
        families = read_metrics(wire.get(f"{own.url}/metrics").text)
        expect(sample(families, "cartload_records_finished_total"), 4, "records")
        expect(sample(families, "cartload_chunks_available", tenant="acme"), 2, "chunks to pull")
        expect(sample(families, "cartload_chunks_queued", tenant="acme"), 0, "chunks that wait")
        require(sample(families, "cartload_output_buffer_bytes", tenant="acme") > 0, "bytes of results")
        expect(sample(families, "cartload_workers_limit"), 2, "workers")
        started = {each.labels["service"]: each.value for each in families["cartload_service_workers_started"].samples}
        require(any("trial/double" in name and value >= 1 for name, value in started.items()), f"started: {started}")
        expect(sample(families, "cartload_http_requests_total", operation="push", code="200"), 1, "pushes")
        name = "cartload_http_request_duration_seconds"
        expect(sample(families, f"{name}_count", name, operation="push"), 1, "pushes in the histogram")
        expect(sample(families, f"{name}_bucket", name, operation="push", le="+Inf"), 1, "pushes in the last class")
        pipeline.pull()
        families = read_metrics(wire.get(f"{own.url}/metrics").text)
        expect(sample(families, "cartload_chunks_available", tenant="acme"), 0, "chunks to pull, once they are pulled")
        expect(sample(families, "cartload_output_buffer_bytes", tenant="acme"), 0, "bytes of results, then")


def a_server_can_be_without_a_dashboard():
    for options, settings in [(("--no-dashboard",), {}), ((), {"dashboard": False})]:
        with server(options, **settings) as own, own.wire() as wire:
            for path in ["", "favicon.ico", "dashboard/dashboard.js", "dashboard/session", "dashboard/events"]:
                answer = wire.get(f"{own.url}/{path}")
                expect((answer.status_code, answer.json()["code"]), (404, "NOT_FOUND"), f"/{path}")
            expect(wire.get("batch/status").status_code, 200, "status of the API")


def what_one_reader_has_no_other_acknowledges(shared):
    with shared.client() as client, shared.wire() as wire:
        pipeline = created(client)
        pipeline.push(chunks=[chunk("a", 1), chunk("b", 2)])
        completed(pipeline)
        path = f"batch/{pipeline.batch_id}"
        first = wire.get(f"{path}/chunkresults?lease=0.05").json()
        second = {"data": []}

        def lent_again():
            second.update(wire.get(f"{path}/chunkresults?max=1&lease=60&wait=1").json())
            return second["data"]
        until(lent_again, "a chunk was lent again")
        name = second["data"][0]["id"]
        for body in [{"chunks": ["a", "b"]}, {"chunks": [name], "leases": [first["lease"]]}]:
            answer = wire.post(f"{path}/ack", json=body)
            expect((answer.status_code, answer.json()["code"]), (409, "CHUNK_LENT"), f"{body}")
        other = "b" if name == "a" else "a"
        for body in [{"chunks": [other], "leases": [first["lease"]]}, {"chunks": [name], "leases": [second["lease"]]},
                     {"chunks": ["a", "b"]}]:
            expect(wire.post(f"{path}/ack", json=body).status_code, 200, f"{body}")
        expect(wire.get(f"{path}/status").json()["output_buffer_used_bytes"], 0, "output buffer")


def operators_are_served(shared):
    with shared.wire() as wire:
        for path in ["healthz", "readyz"]:
            answer = wire.get(f"{shared.url}/{path}", headers={"authorization": ""})
            expect((answer.status_code, answer.json()["status"]), (200, "ok"), path)
            answer = wire.post(f"{shared.url}/{path}")
            expect((answer.status_code, answer.headers["allow"]), (405, "GET"), f"POST {path}")
        metrics = wire.get(f"{shared.url}/metrics")
        read_metrics(metrics.text)
        require(metrics.headers["content-type"].startswith("text/plain"), "type of metrics")
        described = wire.get(f"{shared.url}/openapi.json")
        expect(described.json()["openapi"], "3.1.0", "openapi")


CASES = [
    a_lease_lends_results_until_they_are_acknowledged, a_pull_and_a_status_wait, cancelling_can_keep_what_is_finished,
    what_one_reader_has_no_other_acknowledges, operators_are_served, metrics_say_what_was_done,
    a_server_can_be_without_a_dashboard,
]
