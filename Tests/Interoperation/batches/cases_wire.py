# SPDX-License-Identifier: Apache-2.0
"""Answers byte by byte: keys, headers, methods, paths."""
import json
import socket
import urllib.request

import shapes
from difference import expect, require
from place import secret, until

ROWS = {"chunks": [{"id": "", "data": {"inputs": [["value"], [1]]}}]}


def made(wire, service="trial/double"):
    answer = wire.post("batch", json={"service": service})
    expect(answer.status_code, 200, "status of create")
    return f"batch/{answer.json()['id']}"


def every_answer_has_its_exact_keys(shared):
    with shared.wire() as wire:
        answer = wire.post("batch", json={"service": "trial/double"})
        path = f"batch/{shapes.envelope(answer.json())['id']}"
        shapes.status(wire.get(f"{path}/status").json())
        shapes.envelope(wire.get(path).json(), whole=True)
        shapes.status(wire.post(f"{path}/chunks", json=ROWS).json())
        until(lambda: wire.get(f"{path}/status").json()["chunks_available"] == 1, "the chunk has run")
        shapes.pull(wire.get(f"{path}/chunkresults").json())
        shapes.pull(wire.get(f"{path}/chunkresults").json())
        shapes.description(wire.get("batch/status").json())
        shapes.envelope(wire.patch(path, json={"batch_status": "closed"}).json())
        error = wire.get("batch/none")
        expect(error.status_code, 404, "status")
        shapes.keys(error.json(), ["type", "code", "message"], "an error")
        form = {"grant_type": "client_credentials", "client_id": "ada-client", "client_secret": secret("ada-client")[0]}
        token = wire.post(f"{shared.url}/auth/realms/acme/protocol/openid-connect/token", data=form)
        shapes.keys(
            token.json(),
            ["access_token", "expires_in", "refresh_expires_in", "token_type", "not-before-policy", "scope"], "a token")
        expect(token.headers["cache-control"], "no-store", "cache-control of a token")


def answers_are_json_and_name_the_request(shared):
    with shared.wire(headers={"x-request-id": "req-1"}) as wire:
        path = made(wire)
        for answer in [
            wire.get("batch/status"), wire.get(path), wire.get(f"{path}/status"), wire.get(f"{path}/chunkresults"),
            wire.post(f"{path}/chunks", json=ROWS), wire.get("batch/none"), wire.post(f"{path}/chunks", content=b"{"),
            wire.get("batch/status", headers={"Authorization": "Bearer wrong"}),
        ]:
            expect(answer.headers["content-type"], "application/json", f"type of {answer.request.url}")
            expect(answer.headers["x-request-id"], "req-1", f"x-request-id of {answer.request.url}")
        # What could end a header is not repeated.
        odd = wire.get("batch/status", headers={"x-request-id": "a b"})
        expect((odd.status_code, "x-request-id" in odd.headers), (200, False), "an odd id")
        expect(wire.post("batch", json={"service": "trial/double"}, headers={"x-request-id": "x" * 201}).status_code, 400,
               "status of an id that is too long")


def a_refused_token_says_how_to_come_again(shared):
    with shared.wire(headers={"Authorization": "Bearer None"}) as wire:
        answer = wire.get("batch/status")
        expect((answer.status_code, answer.headers["www-authenticate"]), (401, "Bearer"), "answer")
        expect(answer.json()["errorCode"], "INVALID_TOKEN", "errorCode")
        expect(answer.json()["status"], "Error", "status")


def wrong_methods_and_paths_are_told_apart(shared):
    with shared.wire() as wire:
        path = made(wire)
        for method, where, allowed in [
            ("GET", "batch", "POST"), ("POST", "batch/status", "GET"), ("DELETE", path, "GET, PATCH"),
            ("GET", f"{path}/chunks", "POST"), ("POST", f"{path}/chunkresults", "GET"), ("PUT", f"{path}/status", "GET"),
            ("GET", f"{path}/ack", "POST"),
        ]:
            answer = wire.request(method, where)
            expect((answer.status_code, answer.headers["allow"]), (405, allowed), f"{method} {where}")
            expect(answer.json()["code"], "METHOD_NOT_ALLOWED", "code")
        for where in ["", "batches", f"{path}/none", f"{path}/status/more", "../v4/batch/x/y/z"]:
            expect(wire.get(where).status_code, 404, f"status of {where!r}")
        expect(wire.get(f"{shared.url}/nothing").status_code, 404, "status of another path")
        head = wire.head(f"{path}/status")
        expect((head.status_code, head.content), (200, b""), "HEAD")


def max_has_two_spellings_and_bounds(shared):
    with shared.wire() as wire:
        path = made(wire)
        body = {"chunks": [{"id": f"max-{n}", "data": {"inputs": [["value"], [n]]}} for n in range(160)]}
        expect(wire.post(f"{path}/chunks", json=body).status_code, 200, "status")
        until(lambda: wire.get(f"{path}/status").json()["chunks_available"] == 160, "all have run")
        counts = [
            len(wire.get(f"{path}/chunkresults{query}").json()["data"])
            for query in ["?max=2", "?max_chunks=3", "", "?max=100000000000000000000", "?max=7"]]
        expect(counts, [2, 3, 50, 100, 5], "chunks of pulls")


def results_come_in_the_order_of_completion(shared):
    with shared.wire() as wire:
        answer = wire.post("batch", json={"service": "trial/double", "max_workers": 1, "initial_workers": 1})
        path = f"batch/{answer.json()['id']}"
        names = [f"order-{n}" for n in range(40)]
        wire.post(f"{path}/chunks", json={"chunks": [
            {"id": name, "data": {"inputs": [["value"], [1]]}} for name in names]})
        until(lambda: wire.get(f"{path}/status").json()["chunks_available"] == 40, "all have run")
        got = [chunk["id"] for chunk in wire.get(f"{path}/chunkresults").json()["data"]]
        expect(got, names, "ids with one worker")


def text_comes_back_as_it_went(shared):
    text = 'é ü 漢字 🎉 \u2028 "quoted" \\ \t end'
    with shared.wire() as wire:
        path = made(wire, "trial/any")
        body = json.dumps({"chunks": [{"id": text, "data": {"inputs": [["näme"], [text]]}}]}, ensure_ascii=False)
        expect(wire.post(f"{path}/chunks", content=body.encode()).status_code, 200, "status")
        until(lambda: wire.get(f"{path}/status").json()["chunks_available"] == 1, "it has run")
        chunk = wire.get(f"{path}/chunkresults").json()["data"][0]
        expect((chunk["id"], chunk["outputs"]), (text, [["näme"], [text]]), "chunk")


def urllib_and_old_protocols_are_served(shared):
    request = urllib.request.Request(
        f"{shared.url}/acme/api/v4/batch/status", headers={"x-synthetic-key": secret("ada-key")[0]})
    with urllib.request.urlopen(request, timeout=10) as answer:
        shapes.description(json.load(answer))
    host, port = shared.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        answer = b""
        while part := connection.recv(65536):
            answer += part
    require(b" 200 " in answer.split(b"\r\n")[0], f"HTTP/1.0 is answered with {answer[:60]!r}")


def large_answers_can_be_compressed(shared):
    with shared.wire() as wire:
        path = made(wire)
        body = {"chunks": [{"id": "big", "data": {"inputs": [["value"], *[[n] for n in range(5000)]]}}]}
        wire.post(f"{path}/chunks", json=body)
        until(lambda: wire.get(f"{path}/status").json()["chunks_available"] == 1, "it has run")
        answer = wire.get(f"{path}/chunkresults", headers={"Accept-Encoding": "gzip"})
        expect(answer.headers.get("content-encoding"), "gzip", "content-encoding")
        expect(answer.json()["data"][0]["outputs"][-1], [9998], "last row")


def requests_as_the_typescript_client_sends_them(shared):
    headers = {
        "User-Agent": "Coherent Spark SDK v0.4.0 (Node/20.20.2)", "x-tenant-name": "acme",
        "x-spark-ua": "agent=spark-ts-sdk/0.4.0; env=Node/20.20.2",
    }
    with shared.wire(headers=headers) as wire:
        # An empty service beside a version, a list of keys, the buffers' other names, nothing that is not set.
        answer = wire.post("batch", json={
            "service": "", "version_id": "price-one", "source_system": "Spark JS SDK", "call_purpose": "Async Batch Execution",
            "unique_record_key": ["amount"], "max_input_size": 1, "max_output_size": 2, "acceptable_error_percentage": 100})
        expect(answer.json()["data"]["service_uri"], "shop/price[1.0.0]", "service_uri")
        path = f"batch/{answer.json()['id']}"
        body = {"chunks": [{"id": "ts", "data": {"inputs": [["amount"], [1]]}}]}
        for _ in (1, 2):  # It warns of duplicates and sends them all the same.
            expect(wire.post(f"{path}/chunks", json=body).json()["record_submitted"], 1, "record_submitted")
        until(lambda: wire.get(f"{path}/status").json()["chunks_available"] == 1, "it has run")
        pulled = shapes.pull(wire.get(f"{path}/chunkresults?max_chunks=100").json())
        expect(pulled["data"][0]["outputs"], [["price"], [2]], "outputs")
        expect(wire.patch(path, json={"batch_status": "closed"}).json()["data"]["batch_status"], "closed", "state")


def odd_paths_are_never_an_error_of_the_server(shared):
    with shared.wire() as wire:
        base = shared.url
        for path in [
            "/", "//", "/acme", "/acme/api/v4/batch/%2e%2e", "/acme/api/v4/batch/%2F", "/acme/api/v4/batch/%00/status",
            "/acme/api/v4/batch/%ff", "/%E2%82%AC/api/v4/batch/status", "/acme/api/v4/batch/" + "x" * 10_000,
            "/acme/api/v4/batch/x/status?" + "a=b&" * 2000, "/acme/api/v4/batch/status?%", "/acme/api/v4/batch/x%",
            "/auth/realms//protocol/openid-connect/token", "/acme/api/v4/batch/status/", "/acme/api/v4//batch/status",
            "/ACME/api/v4/batch/status", "/acme/api/v3/batch/status", "/healthz/", "/metrics?x=1",
        ]:
            status = wire.get(base + path).status_code
            require(status < 500, f"status {status} of {path[:60]}")


CASES = [
    every_answer_has_its_exact_keys, answers_are_json_and_name_the_request, a_refused_token_says_how_to_come_again,
    wrong_methods_and_paths_are_told_apart, max_has_two_spellings_and_bounds, results_come_in_the_order_of_completion,
    text_comes_back_as_it_went, urllib_and_old_protocols_are_served, large_answers_can_be_compressed,
    requests_as_the_typescript_client_sends_them, odd_paths_are_never_an_error_of_the_server,
]
