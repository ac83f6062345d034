# SPDX-License-Identifier: Apache-2.0
"""A server of ours, its users, and clients of theirs."""
import contextlib
import hashlib
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import cspark.sdk as Spark
import httpx

from difference import Difference, require

HERE = Path(__file__).parent
PROGRAM = os.environ["CARTLOAD_PROGRAM"]
# How long anything may take that is to happen soon.
PATIENCE = 30


def secret(name):
    """A secret for tests, and its hash as a configuration has it."""
    text = f"test-{name}-0123456789abcdef"
    return text, "sha256:" + hashlib.sha256(text.encode()).hexdigest()


USERS = {
    "acme": {"ada": [], "bob": [], "eve": ["supervisor:pf"]},
    "globex": {"zoe": []},
}


def configuration(folder, **settings):
    """What a server is started with: two tenants, four users, each with a token, an API key and an OAuth2 client."""
    tenants = {}
    for tenant, users in USERS.items():
        tenants[tenant] = {"users": {
            user: {
                "permissions": permissions, "tokens": [secret(f"{user}-token")[1]],
                "api_keys": [secret(f"{user}-key")[1]],
                "clients": {f"{user}-client": secret(f"{user}-client")[1]},
            } for user, permissions in users.items()}}
    return {
        "listen": "127.0.0.1:0", "data": str(Path(folder) / "data"), "services": str(HERE / "services"), "workers": 2,
        "tenants": tenants, **settings,
    }


class Server:
    """One process of `cartload serve`."""

    def __init__(self, folder, settings=None, options=()):
        self.folder = Path(folder)
        self.command = [PROGRAM, "serve", "--json", *options]
        if settings is not None:
            path = self.folder / "server.json"
            path.write_text(json.dumps(settings), encoding="utf-8")
            self.command += ["--config", path]
        self.start()

    def start(self):
        self.errors = open(self.folder / "stderr", "ab")
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise Difference("the server did not start: " + (self.folder / "stderr").read_text(encoding="utf-8"))
        self.greeting = json.loads(line)
        self.url = self.greeting["url"]

    def stop(self):
        """Ends it in good order; a process that was killed is only waited for."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Difference("the server did not end after SIGTERM") from None
        finally:
            self.process.stdout.close()
            self.errors.close()
        return status

    def kill(self):
        self.process.kill()
        self.stop()

    def base(self, tenant="acme"):
        return Spark.BaseUrl(url=self.url, tenant=tenant)

    def client(self, user="ada", tenant="acme", **options):
        """The vendor's client, with a token unless something else is said."""
        if not {"token", "api_key", "oauth"} & set(options):
            options["token"] = secret(f"{user}-token")[0]
        return Spark.Client(base_url=self.base(tenant), logger=False, **options)

    def wire(self, user="ada", tenant="acme", headers=None):
        """Requests without the vendor's client."""
        return httpx.Client(
            base_url=f"{self.url}/{tenant}/api/v4/", timeout=60, trust_env=False,
            headers={"Authorization": f"Bearer {secret(f'{user}-token')[0]}", **(headers or {})})


@contextlib.contextmanager
def server(options=(), **settings):
    """A server of its own for a case."""
    with tempfile.TemporaryDirectory(prefix="cartload-batches-") as folder:
        running = Server(folder, configuration(folder, **settings), options)
        try:
            yield running
        finally:
            running.stop()


def until(condition, what):
    """Asks again and again until the condition gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.02)
    raise Difference(f"in {PATIENCE} s it was not so that {what}")


def completed(pipeline, chunks=None):
    """The status, once all that was pushed has run."""
    def look():
        status = pipeline.get_status().data
        wanted = status["chunks_submitted"] if chunks is None else chunks
        return status if status["chunks_completed"] == wanted else None
    return until(look, "all chunks were completed")


def pulled(pipeline, count):
    """Result chunks by id, pulled until there are as many."""
    results = {}

    def look():
        for chunk in pipeline.pull().data["data"]:
            require(chunk["id"] not in results, f"chunk {chunk['id']} came twice")
            results[chunk["id"]] = chunk
        return len(results) >= count
    until(look, f"{count} chunks could be pulled")
    return results


def created(client, uri="trial/double", **options):
    """A pipeline that was just created."""
    return client.batches.of(client.batches.create(uri, **options).data["id"])


def refusal(call, status):
    """The API error that a call of the vendor's client ends with."""
    try:
        call()
    except Spark.SparkApiError as error:
        if error.status != status:
            raise Difference(f"the status is {error.status} instead of {status}: {error.details}") from None
        return error
    raise Difference(f"there was no error {status}")


def chunk(identifier, *values, name="value", **data):
    """A chunk of rows with one column."""
    return Spark.BatchChunk(
        identifier, Spark.ChunkData([[name], *[[value] for value in values]], **data), size=len(values))
