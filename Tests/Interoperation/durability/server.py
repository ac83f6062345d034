# SPDX-License-Identifier: Apache-2.0
"""A server that is started, killed and started again on the same port, with the same users."""
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import time

TOKEN = "clt_for_the_test"
CLIENT, SECRET = "robot", "cls_for_the_test"
CONFIGURATION = """\
listen: 127.0.0.1:{port}
data: data
idle_timeout: 10m
workers: 2
{more}
tenants:
  acme:
    users:
      jane:
        tokens: ["sha256:{hash}"]
        clients: {{{client}: "sha256:{secret}"}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, program, folder, more="", services=None, options=()):
        self.program, self.folder, self.port, self.services = program, folder, free_port(), services
        self.process, self.starts, self.options = None, 0, options
        with open(f"{folder}/server.yaml", "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(
                port=self.port, hash=hashlib.sha256(TOKEN.encode()).hexdigest(), client=CLIENT,
                secret=hashlib.sha256(SECRET.encode()).hexdigest(), more=more))

    def start(self):
        words = [self.program, "serve", "--config", f"{self.folder}/server.yaml", "--json", *self.options]
        if self.services:
            words += ["--services", self.services]
        with open(f"{self.folder}/errors.txt", "a", encoding="utf-8") as errors:
            self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, text=True)
        line = self.process.stdout.readline()
        if not line:
            with open(f"{self.folder}/errors.txt", encoding="utf-8") as errors:
                raise SystemExit(f"error: the server does not start: {errors.read()[-2000:]}")
        self.starts += 1
        return json.loads(line)

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)
            self.process.stdout.close()
        return self.process.returncode if self.process else None


class Connection:
    """A connection that is opened again when it breaks, and asks once."""

    def __init__(self, server):
        self.server, self.connection = server, None

    def ask(self, method, path, body=None, headers=None):
        """The status and the JSON of an answer; None when there was none, or not all of it."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
            self.connection.request(
                method, f"/acme/api/v4/batch{path}", body=body if body is None else json.dumps(body),
                headers={"Authorization": f"Bearer {TOKEN}", **(headers or {})})
            answer = self.connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            return None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def insist(self, method, path, body=None, headers=None, limit=60):
        """Asks until there is an answer that is not to be tried again."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            answer = self.ask(method, path, body, headers)
            if answer and answer[0] not in (429, 503):
                return answer
            time.sleep(0.01)
        raise AssertionError(f"no answer to {method} {path} in {limit} s")
