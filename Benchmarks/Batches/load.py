# SPDX-License-Identifier: Apache-2.0
"""Pushes records to a server and pulls the results at the same time, over as few bytes of Python as will do."""
import http.client
import json
import threading
import time
import urllib.parse

try:
    from orjson import loads
except ImportError:
    loads = json.loads


class Server:
    """A server that was started with --json, as this client sees it."""

    def __init__(self, url, tenant, token):
        self.address = urllib.parse.urlsplit(url)
        self.base = f"/{tenant}/api/v4/batch"
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def connection(self):
        return http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=120)

    def ask(self, connection, method, path, body=None):
        connection.request(method, self.base + path, body=body, headers=self.headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def create(self, connection, service, **options):
        status, body = self.ask(connection, "POST", "", json.dumps({"service": service, **options}))
        assert status == 200, body
        return json.loads(body)["id"]


def bodies(records, chunk, per_push, row):
    """The bodies of all pushes; made before the clock starts, as the peers' inputs are."""
    starts = list(range(0, records, chunk))
    for first in range(0, len(starts), per_push):
        chunks = []
        for start in starts[first:first + per_push]:
            rows = b",".join(row(i) for i in range(start, min(start + chunk, records)))
            chunks.append(b'{"id":"%d","data":{"inputs":[["value"],%s]}}' % (start, rows))
        yield b'{"chunks":[' + b",".join(chunks) + b"]}"


def run(server, service, pushes, records, pushers=1, lease=None, **options):
    """Seconds from the first push to the last result, the results by chunk, and the seconds of the pushes alone."""
    main = server.connection()
    pipeline = server.create(main, service, **options)
    results, errors, waiting = {}, [], list(reversed(pushes))
    lock, spent = threading.Lock(), []

    def push():
        connection = server.connection()
        while True:
            with lock:
                if not waiting:
                    break
                body = waiting.pop()
            while True:
                status, answer = server.ask(connection, "POST", f"/{pipeline}/chunks", body)
                if status != 429:
                    break
                time.sleep(0.01)
            if status != 200:
                errors.append(answer)
        spent.append(time.monotonic() - begin)

    def pull():
        connection, count = server.connection(), 0
        query = f"&lease={lease}" if lease else ""
        while count < records and not errors:
            status, answer = server.ask(connection, "GET", f"/{pipeline}/chunkresults?max=100&wait=20{query}")
            if status != 200:
                errors.append(answer)
                return
            value = loads(answer)
            for chunk in value["data"]:
                results[chunk["id"]] = chunk
                count += len(chunk["errors"])
            if lease and value["data"]:
                server.ask(connection, "POST", f"/{pipeline}/ack", json.dumps({"lease": value["lease"]}))

    begin = time.monotonic()
    threads = [threading.Thread(target=push) for _ in range(pushers)] + [threading.Thread(target=pull)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.monotonic() - begin
    if errors:
        raise SystemExit(f"error: {errors[0][:500]}")
    server.ask(main, "PATCH", f"/{pipeline}", '{"batch_status":"closed"}')
    return wall, results, max(spent)
