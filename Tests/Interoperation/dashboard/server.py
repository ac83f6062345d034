# SPDX-License-Identifier: Apache-2.0
"""A server with the demo services, and a client of its API."""
import http.client
import json
import os
import signal
import subprocess
import time
from urllib.parse import urlsplit


class Server:
    def __init__(self, program, *words):
        self.process = subprocess.Popen(
            [program, "serve", "--listen", "127.0.0.1:0", "--data", "none", "--json", *words],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("error: the server does not start")
        about = json.loads(line)
        self.url, self.tenant, self.token = about["url"].rstrip("/"), about["tenant"], about["token"]
        self.connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)

    def ask(self, method, path, body=None):
        self.connection.request(
            method, path, body=None if body is None else json.dumps(body),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]}")
        return json.loads(text)

    @property
    def base(self):
        return f"/{self.tenant}/api/v4/batch"

    def create(self, service, **more):
        return self.ask("POST", self.base, {"service": service, **more})["id"]

    def push(self, pipeline, chunks):
        """Pushes chunks, each a list of records."""
        self.ask("POST", f"{self.base}/{pipeline}/chunks", {
            "chunks": [{"id": f"{name}", "data": {"inputs": records}} for name, records in chunks]})

    def status(self, pipeline):
        return self.ask("GET", f"{self.base}/{pipeline}/status")

    def pull(self, pipeline, most=100):
        return self.ask("GET", f"{self.base}/{pipeline}/chunkresults?max={most}")["data"]

    def end(self, pipeline, state):
        self.ask("PATCH", f"{self.base}/{pipeline}", {"batch_status": state})

    def wait(self, pipeline, chunks):
        while self.status(pipeline)["chunks_completed"] < chunks:
            time.sleep(0.05)

    def processor_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        """Ends it in good order and says how long that took."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        return time.monotonic() - start
