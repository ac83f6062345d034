# SPDX-License-Identifier: Apache-2.0
"""Compares a running server with its OpenAPI description: each answer of requests that are made of the description.

Usage: described.py SCHEMATHESIS [--seed N]

No answer may be a 5xx; statuses, types, headers and bodies must be those that the description has, bad input must be
refused, and no operation may answer without credentials.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from difference import expect
from place import Server, created, until

# Per operation and phase; enough to find what was found when there were thousands, and done within a minute.
EXAMPLES = 40
SECONDS = 80
CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "unsupported_method", "allow_header_conformance",
    "ignored_auth",
]
# A batch that is there, so that not every answer is 404; the last one is for what ends it.
SETTINGS = """
[[operations]]
include-name = "POST /auth/realms/{{tenant}}/protocol/openid-connect/token"
parameters = {{ tenant = "demo" }}

[parameters]
"path.tenant" = "demo"
"path.id" = "{batch}"
x-tenant-name = "demo"
"""


def routes(document):
    """The operations of the description, in the words of the source."""
    methods = {"get", "put", "post", "patch", "delete"}
    return {(method.upper(), path) for path, item in document["paths"].items() for method in item if method in methods}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("schemathesis", type=Path)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cartload-described-") as folder:
        own = Server(folder, options=["--listen", "127.0.0.1:0", "--data", "none"])
        try:
            status = compare(own, Path(folder), words)
        finally:
            own.stop()
    sys.exit(status)


def compare(own, folder, words):
    token = own.greeting["token"]
    document = httpx.get(f"{own.url}/openapi.json", trust_env=False).json()
    expect(len(routes(document)), 13, "operations of the description")
    with own.client(tenant="demo", token=token) as client:
        pipeline = created(client, "demo/double")
        pipeline.push(inputs=[["value"], [1], [2]])
        until(lambda: pipeline.get_status().data["chunks_available"], "a result was there")
        (folder / "schemathesis.toml").write_text(SETTINGS.format(batch=pipeline.batch_id), encoding="utf-8")
        command = [
            words.schemathesis.absolute(), "--config-file", folder / "schemathesis.toml", "run", f"{own.url}/openapi.json",
            "--checks", ",".join(CHECKS), "--max-examples", str(EXAMPLES), "--seed", str(words.seed), "--no-color",
            "--header", f"Authorization: Bearer {token}", "--continue-on-failure", "--warnings", "off",
            "--max-response-time", "60", "--request-timeout", "70",
        ]
        run = subprocess.run(
            list(map(str, command)), cwd=folder, env={**os.environ, "NO_PROXY": "127.0.0.1"}, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        # Whatever was sent, the server still works.
        other = created(client, "demo/double")
        other.push(inputs=[["value"], [21]])
        results = []

        def look():
            results.extend(other.pull().data["data"])
            return results
        until(look, "a good request was answered in the end")
        expect(results[0]["outputs"], [["value"], [42]], "outputs")
    if run.returncode:
        print(run.stdout)
        print(f"FAILED the server is as its description says (seed {words.seed})")
    else:
        print(f"ok the server is as its description says (seed {words.seed})")
    return run.returncode


if __name__ == "__main__":
    main()
