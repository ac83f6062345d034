# SPDX-License-Identifier: Apache-2.0
"""Compares a running server with its OpenAPI description: each answer of requests that are made of the description.

Usage: described.py SCHEMATHESIS [--seed N]

No answer may be a 5xx; statuses, types, headers and bodies must be those that the description has, bad input must be
refused, and no operation may answer without credentials.
"""
import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from difference import expect
from place import Server, configuration, created, secret, until

# Per operation and phase; enough to find what was found when there were thousands, and done within a minute.
EXAMPLES = 40
# How long one answer may take.
SECONDS = 70
CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "unsupported_method", "allow_header_conformance",
    "ignored_auth",
]
# First with batches that are there, so that not every answer is 404, and the one that is ended is another one than the rest;
# then with what answers say, along the description's links.
SETTINGS = """
[parameters]
"path.tenant" = "acme"
"path.id" = "{batch}"
x-tenant-name = "acme"

[[operations]]
include-operation-id = "endBatch"
parameters = {{ "path.tenant" = "acme", "path.id" = "{other}", x-tenant-name = "acme" }}
"""
STATEFUL_SETTINGS = """
[parameters]
"path.tenant" = "acme"
x-tenant-name = "acme"
"""


def routes(document):
    """The operations of the description, in the words of the source."""
    methods = {"get", "put", "post", "patch", "delete"}
    return {(method.upper(), path) for path, item in document["paths"].items() for method in item if method in methods}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("schemathesis", type=Path)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--verbose", action="store_true")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cartload-described-") as folder:
        # The services for trials, which the examples name; and no request may wait for long.
        settings = configuration(folder, data="none", limits={"wait": "20ms", "lease": "1s", "body": "1MB"})
        del settings["services"]
        own = Server(folder, settings)
        try:
            status = compare(own, Path(folder), words)
        finally:
            own.stop()
    sys.exit(status)


def compare(own, folder, words):
    document = httpx.get(f"{own.url}/openapi.json", trust_env=False).json()
    expect(len(routes(document)), 13, "operations of the description")
    with own.client() as client:
        pipeline = created(client, "demo/double")
        pipeline.push(inputs=[["value"], [1], [2]])
        until(lambda: pipeline.get_status().data["chunks_available"], "a result was there")
        ended = created(client, "demo/double")
        settings = SETTINGS.format(batch=pipeline.batch_id, other=ended.batch_id)
        problems = [
            problem for problem in [
                run(own, folder, words, settings, "examples,coverage,fuzzing"),
                run(own, folder, words, STATEFUL_SETTINGS, "stateful"),
            ] if problem]
        # Whatever was sent, the server still works.
        other = created(client, "demo/double")
        other.push(inputs=[["value"], [21]])
        results = []

        def look():
            results.extend(other.pull().data["data"])
            return results
        until(look, "a good request was answered in the end")
        expect(results[0]["outputs"], [["value"], [42]], "outputs")
    for problem in problems:
        print(problem)
    print(f"{'FAILED' if problems else 'ok'} the server is as its description says (seed {words.seed})")
    return 1 if problems else 0


def run(own, folder, words, settings, phases):
    """What one run says, where it finds something."""
    path = folder / "schemathesis.toml"
    path.write_text(settings, encoding="utf-8")
    command = [
        words.schemathesis.absolute(), "--config-file", path, "run", f"{own.url}/openapi.json", "--phases", phases,
        "--checks", ",".join(CHECKS), "--max-examples", EXAMPLES, "--seed", words.seed, "--no-color",
        "--header", f"Authorization: Bearer {secret('ada-token')[0]}", "--continue-on-failure", "--warnings", "off",
        "--request-timeout", SECONDS,
    ]
    made = subprocess.run(
        list(map(str, command)), cwd=folder, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if words.verbose:
        print(made.stdout)
    return made.stdout if made.returncode else None


if __name__ == "__main__":
    main()
