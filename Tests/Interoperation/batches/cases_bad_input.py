# SPDX-License-Identifier: Apache-2.0
"""Bad input: never a 5xx, an error that says what is wrong, and a pipeline that still works after each."""
import gzip
import http.client
import json
import socket

import httpx

from difference import expect, require
from place import secret, until


class Trial:
    """A pipeline that is given bad input, and then shown to work."""

    def __init__(self, shared, service="trial/double"):
        self.wire = shared.wire()
        self.path = f"batch/{self.wire.post('batch', json={'service': service}).json()['id']}"
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wire.close()

    def push(self, content, **options):
        return self.wire.post(f"{self.path}/chunks", content=content, **options)

    def refused(self, answer, status, what, code=None):
        expect(answer.status_code, status, f"status of the answer to {what}: {answer.text[:300]}")
        if code:
            require(answer.text.startswith("{"), f"the answer to {what} is {answer.text!r}")
            expect(answer.json()["code"], code, f"code of the answer to {what}")
        require(answer.text, f"the answer to {what} says nothing")
        self.works(what)

    def works(self, what):
        """A chunk goes through, and nothing else is there."""
        self.number += 1
        name = f"good-{self.number}"
        body = {"chunks": [{"id": name, "data": {"inputs": [{"value": self.number}]}}]}
        expect(self.push(json.dumps(body)).status_code, 200, f"status of a good push after {what}")
        got = []

        def look():
            got.extend(self.wire.get(f"{self.path}/chunkresults?wait=5").json()["data"])
            return got
        until(look, f"a good chunk was there after {what}")
        expect([chunk["id"] for chunk in got], [name], f"chunks after {what}")
        status = self.wire.get(f"{self.path}/status").json()
        expect(
            (status["chunks_submitted"], status["input_buffer_used_bytes"]), (self.number, 0), f"status after {what}")


def data(text):
    return '{"chunks":[{"id":"bad","data":' + text + "}]}"


PUSHES = {
    "nothing at all": b"", "a brace": b"{", "half a chunk": b'{"chunks":[{"id":"a"', "no JSON": b"chunks",
    "text behind the JSON": b'{"chunks":[]} x', "two documents": b'{"chunks":[]}{"chunks":[]}',
    "NaN": data('{"inputs":[["value"],[NaN]]}').encode(), "Infinity": data('{"inputs":[["value"],[-Infinity]]}').encode(),
    "a number with leading zeros": data('{"inputs":[["value"],[007]]}').encode(),
    "an unescaped control character": data('{"inputs":[["value"],["a\nb"]]}').encode(),
    "bytes that are no UTF-8": b'{"chunks":[{"id":"\xff\xfe","data":{"inputs":[]}}]}',
    "UTF-8 cut off": data('{"inputs":[["value"],["').encode() + b'\xe2\x82"]]}}]}',
    "UTF-16": '{"chunks":[]}'.encode("utf-16"),
    "a list": b"[]", "null": b"null", "a number": b"1", "a text": b'"chunks"',
    "chunks that are an object": b'{"chunks":{}}', "chunks that are null": b'{"chunks":null}', "no chunks": b"{}",
    "a chunk that is a number": b'{"chunks":[1]}', "a chunk that is null": b'{"chunks":[null]}',
    "a chunk that is a list": b'{"chunks":[[]]}', "a chunk without data": b'{"chunks":[{"id":"a"}]}',
    "data that is a list": data("[]").encode(), "data that is a text": data('"x"').encode(),
    "data that is null": data("null").encode(), "data without inputs": data("{}").encode(),
    "inputs that are an object": data('{"inputs":{}}').encode(), "inputs that are a text": data('{"inputs":"x"}').encode(),
    "inputs that are null": data('{"inputs":null}').encode(), "a row that is too short": data('{"inputs":[["a","b"],[1]]}').encode(),
    "a row that is too long": data('{"inputs":[["value"],[1,2]]}').encode(),
    "a row that is a number": data('{"inputs":[["value"],1]}').encode(),
    "rows and objects": data('{"inputs":[["value"],{"value":1}]}').encode(),
    "objects and rows": data('{"inputs":[{"value":1},["value"]]}').encode(),
    "a name that is a number": data('{"inputs":[[1],[2]]}').encode(),
    "a name twice": data('{"inputs":[["value","value"],[1,2]]}').encode(),
    "records that are numbers": data('{"inputs":[1,2,3]}').encode(),
    "an id that is an object": b'{"chunks":[{"id":{},"data":{"inputs":[]}}]}',
    "an id that is true": b'{"chunks":[{"id":true,"data":{"inputs":[]}}]}',
    "an id that is too long": json.dumps({"chunks": [{"id": "x" * 257, "data": {"inputs": []}}]}).encode(),
    "parameters that are a list": data('{"inputs":[],"parameters":[]}').encode(),
    "a parameter of the wrong type": data('{"inputs":[],"parameters":{"value":"x"}}').encode(),
    "a summary that is a text": data('{"inputs":[],"summary":"SUM"}').encode(),
    "an aggregation that is an object": data('{"inputs":[],"summary":{"aggregation":{}}}').encode(),
    "an aggregation without an output": data('{"inputs":[],"summary":{"aggregation":[{"operator":"SUM"}]}}').encode(),
    "an unknown operator": data(
        '{"inputs":[],"summary":{"aggregation":[{"output_name":"value","operator":"MEDIAN"}]}}').encode(),
    "an operator that is a number": data(
        '{"inputs":[],"summary":{"aggregation":[{"output_name":"value","operator":1}]}}').encode(),
    "an aggregation of an unknown output": data(
        '{"inputs":[],"summary":{"aggregation":[{"output_name":"none","operator":"SUM"}]}}').encode(),
    "ignore_error that is a text": data('{"inputs":[],"summary":{"ignore_error":"no"}}').encode(),
    "lists within lists": data('{"inputs":' + "[" * 100_000 + "]" * 100_000 + "}").encode(),
    "objects within objects": data('{"inputs":[' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "]}").encode(),
    "lists within lists without end": b"[" * 1_000_000,
    "deep nesting in a value": data('{"inputs":[["value"],[' + "[" * 5000 + "]" * 5000 + "]]}").encode(),
    "deep nesting in parameters": data('{"inputs":[],"parameters":{"value":' + "[" * 5000 + "]" * 5000 + "}}").encode(),
    "deep nesting outside of chunks": b'{"other":' + b"[" * 5000 + b"]" * 5000 + b',"chunks":[]}',
    "too many chunks": json.dumps({"chunks": [{"data": {"inputs": []}}] * 10_001}).encode(),
    "one bad chunk among good ones": json.dumps({"chunks": [
        {"id": "fine", "data": {"inputs": [{"value": 1}]}}, {"id": "bad", "data": {"inputs": 3}}]}).encode(),
}


def bad_pushes_are_refused_and_change_nothing(shared):
    with Trial(shared) as trial:
        for what, content in PUSHES.items():
            trial.refused(trial.push(content), 400, what)


def values_that_no_record_may_have_are_errors_of_the_record(shared):
    with Trial(shared) as trial:
        body = {"chunks": [{"id": "w", "data": {"inputs": [
            ["value"], ["x"], [None], [[1]], [{"a": 1}], [True], [1e308], [-0.0], [10 ** 400], [3]]}}]}
        expect(trial.push(json.dumps(body)).status_code, 200, "status")
        got = []
        until(
            lambda: got.extend(trial.wire.get(f"{trial.path}/chunkresults").json()["data"]) or got, "the chunk was there")
        errors = got[0]["errors"]
        expect([slot is not None for slot in errors[:5]], [True] * 5, "errors of wrong types")
        expect((errors[8], got[0]["outputs"][9]), (None, [6]), "the good record")


def odd_but_valid_pushes_are_taken(shared):
    with shared.wire() as wire:
        path = f"batch/{wire.post('batch', json={'service': 'trial/double'}).json()['id']}"
        pushes = {
            "no chunks": b'{"chunks":[]}',
            "half of a surrogate pair, which is JSON": b'{"chunks":[{"id":"s","data":{"inputs":[{"value":"\\ud800"}]}}]}',
            "a row of names alone": data('{"inputs":[["value"]]}').encode(),
            "a byte order mark": b'\xef\xbb\xbf{"chunks":[]}', "white space": b' \r\n\t{ "chunks" : [ ] } \n',
            "unknown members": b'{"chunks":[],"more":{"a":[1]}}', "an empty row of names": None,
        }
        pushes["an empty row of names"] = b'{"chunks":[{"id":"e","data":{"inputs":[[]]}}]}'
        pushes["no records"] = b'{"chunks":[{"id":"n","data":{"inputs":[]}}]}'
        for what, content in pushes.items():
            answer = wire.post(f"{path}/chunks", content=content)
            expect(answer.status_code, 200, f"status of {what}: {answer.text}")
        expect(answer.json()["record_submitted"], 1, "record_submitted")
        got = []

        def look():
            got.extend(wire.get(f"{path}/chunkresults").json()["data"])
            return len(got) == 4
        until(look, "four chunks were there")
        expect(sorted(str(chunk["outputs"]) for chunk in got), ["[None]", "[['value']]", "[['value']]", "[]"], "outputs")


CREATES = {
    "nothing": b"", "no JSON": b"{", "a list": b"[]", "null": b"null", "NaN": b'{"service":"trial/double","x":NaN}',
    "bytes that are no UTF-8": b'{"service":"\xff"}', "nothing in it": b"{}", "an empty service": b'{"service":""}',
    "a service that is a number": b'{"service":1}', "a service that is a list": b'{"service":["trial/double"]}',
    "a version that is an object": b'{"version_id":{}}', "nesting": b'{"service":' + b"[" * 100_000,
    **{f"{name} {value}": json.dumps({"service": "trial/double", name: value}).encode() for name, values in {
        "initial_workers": [0, -1, 1.5, "many", True, [], 1e300], "max_workers": [0, "x"],
        "chunks_per_request": [-1], "runner_thread_count": [{}], "max_input_size_in_mb": [0, -1, "1", 1e300],
        "max_output_size": [0, False], "acceptable_error_percentage": [-1, "5", None is None, 1e300],
        "output": [1, [1], {}], "subservice": [1, [[]]], "unique_record_key": [1, [None]],
        "version_by_timestamp": ["yesterday", 1, "2024-13-01", ""[:0] + "2024-01-01T25:00:00Z"],
        "correlation_id": [1, "x" * 5000], "source_system": [[]], "call_purpose": [{}], "priority": [-1, 10, 1.5, "high"],
    }.items() for value in values},
}


def bad_requests_to_create_are_refused(shared):
    with shared.wire() as wire:
        for what, content in CREATES.items():
            answer = wire.post("batch", content=content)
            expect(answer.status_code, 400, f"status of create with {what}: {answer.text[:300]}")
            require(answer.json()["message"], f"the answer to {what} says nothing")
        expect(wire.post("batch", json={"service": "trial/double"}).status_code, 200, "status of a good one")


def bad_ends_and_acknowledgements_are_refused(shared):
    with Trial(shared) as trial:
        for content in [b"", b"{", b"[]", b"{}", b'{"batch_status":1}', b'{"batch_status":null}',
                        b'{"batch_status":"paused"}', b'{"batch_status":"cancelled","keep_completed":"x"}',
                        b"[" * 100_000]:
            trial.refused(trial.wire.patch(trial.path, content=content), 400, f"PATCH {content[:40]!r}")
        for content in [b"", b"[]", b"{}", b'{"lease":1}', b'{"chunks":1}', b'{"chunks":[1]}', b'{"chunks":[null]}']:
            trial.refused(trial.wire.post(f"{trial.path}/ack", content=content), 400, f"ack {content!r}")
        trial.refused(trial.wire.post(f"{trial.path}/ack", json={"lease": "x"}), 409, "ack of no lease", "LEASE_EXPIRED")


def bad_parameters_are_refused(shared):
    with Trial(shared) as trial:
        for query in ["max=0", "max=-1", "max=", "max=x", "max=1.5", "max=1e3", "max=+1", "max_chunks=0",
                      "wait=x", "wait=-1", "wait=nan", "wait=inf", "wait=1e300", "lease=0", "lease=-1", "lease=x",
                      "lease=nan", "max=%E2%82%AC"]:
            answer = trial.wire.get(f"{trial.path}/chunkresults?{query}")
            trial.refused(answer, 400, f"a pull with {query}", "INVALID_INPUT")
        for query in ["wait=x", "wait=-1"]:
            answer = trial.wire.get(f"{trial.path}/status?{query}")
            trial.refused(answer, 400, f"a status with {query}", "INVALID_INPUT")


def bodies_over_the_limit_are_refused(shared):
    with Trial(shared) as trial:
        large = json.dumps({"chunks": [{"data": {"inputs": [["value"], *[[n] for n in range(800_000)]]}}]}).encode()
        require(len(large) > 5_000_000, "the body is not large enough")
        answer = trial.push(large)
        expect(answer.status_code, 413, "status")
        expect((answer.headers["content-type"], answer.json()["code"]), ("application/json", "BODY_TOO_LARGE"), "answer")
        trial.works("a body over the limit")

        def pieces():
            for _ in range(100):
                yield b"x" * 65_536
        try:
            expect(trial.push(pieces()).status_code, 413, "status of a chunked body")
        except httpx.TransportError:
            pass  # The connection is closed while the client still writes.
        trial.works("a chunked body over the limit")


def compressed_requests_are_refused(shared):
    with Trial(shared) as trial:
        bomb = gzip.compress(b" " * 50_000_000)
        for encoding in ["gzip", "deflate", "br", "zstd", "x-gzip", "gzip, gzip"]:
            answer = trial.push(bomb, headers={"content-encoding": encoding})
            trial.refused(answer, 415, encoding, "UNSUPPORTED_ENCODING")
            trial.works(encoding)
        body = json.dumps({"chunks": []}).encode()
        expect(trial.push(body, headers={"content-encoding": "identity"}).status_code, 200, "status of identity")
        answer = trial.push(gzip.compress(body))
        trial.refused(answer, 400, "gzip without a header", "INVALID_JSON")


def what_is_no_request_is_refused_in_json(shared):
    host, port = shared.url.removeprefix("http://").split(":")
    long = b"x" * 100_000
    for what, status, code in [
        (b"nonsense\r\n\r\n", 400, "BAD_REQUEST"), (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400, "BAD_REQUEST"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "BAD_REQUEST"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "BAD_REQUEST"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "BAD_REQUEST"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + long + b"\r\n\r\n", 431, "HEADERS_TOO_LARGE"),
        (b"GET /" + long + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431, "HEADERS_TOO_LARGE"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: luck\r\n\r\n", 417, "UNKNOWN_EXPECTATION"),
    ]:
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(what)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            expect((answer.status, answer.headers["content-type"]), (status, "application/json"), f"{what[:40]!r}")
            body = json.loads(answer.read())
            expect(body["code"], code, f"code of {what[:40]!r}")
            require(body["type"] and body["message"], f"{body}")


def bad_forms_give_no_token(shared):
    url = f"{shared.url}/auth/realms/acme/protocol/openid-connect/token"
    good = {"grant_type": "client_credentials", "client_id": "ada-client", "client_secret": secret("ada-client")[0]}
    with httpx.Client(trust_env=False) as http:
        for change, status in [
            ({"grant_type": "password"}, 400), ({"grant_type": ""}, 400), ({"client_secret": "x"}, 401),
            ({"client_id": "bob-client"}, 401), ({"client_id": ""}, 401), ({"client_secret": ""}, 401),
        ]:
            expect(http.post(url, data={**good, **change}).status_code, status, f"status with {change}")
        for content, status in [(b"", 400), (b"&&&=", 400), (b"%zz=%", 400), (b"grant_type=client_credentials", 401),
                                (json.dumps(good).encode(), 400), (b"a=" + b"b" * 100_000, 400)]:
            expect(http.post(url, content=content).status_code, status, f"status of {content[:40]!r}")
        elsewhere = url.replace("/acme/", "/globex/")
        expect(http.post(elsewhere, data=good).status_code, 401, "status at another tenant")
        expect(http.post(url, data=good).status_code, 200, "status of a good one")


def odd_credentials_are_refused(shared):
    with httpx.Client(trust_env=False, base_url=f"{shared.url}/acme/api/v4/") as http:
        for header in ["Bearer", "Basic YTpi", "bearer", "", "Bearer a b", "Bearer " + "x" * 5000, "None"]:
            answer = http.get("batch/status", headers={"Authorization": header})
            expect(answer.status_code, 401, f"status with {header[:20]!r}")
        expect(http.get("batch/status").status_code, 401, "status without any")


CASES = [
    bad_pushes_are_refused_and_change_nothing, values_that_no_record_may_have_are_errors_of_the_record,
    odd_but_valid_pushes_are_taken, bad_requests_to_create_are_refused, bad_ends_and_acknowledgements_are_refused,
    bad_parameters_are_refused, bodies_over_the_limit_are_refused, compressed_requests_are_refused,
    what_is_no_request_is_refused_in_json,    bad_forms_give_no_token, odd_credentials_are_refused,
]
