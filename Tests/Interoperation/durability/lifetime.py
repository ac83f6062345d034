# SPDX-License-Identifier: Apache-2.0
"""Tokens that are over in the middle of a run: the client gets itself others, and nothing is lost."""
import json
import os
import subprocess
import time

from server import CLIENT, SECRET, Server

LIFETIME = 2


def write_inputs(path, records):
    with open(path, "w", encoding="utf-8") as file:
        for i in range(records):
            file.write(f'{{"value": {i}, "milliseconds": 4}}\n')


def run(program, snippet, folder, records=3_500):
    """`cartload batches run` and both sequences of the client, each for several lifetimes of a token."""
    log = f"{folder}/access.log"
    server = Server(program, folder, f"token_lifetime: {LIFETIME}s", options=["--access-log", log])
    server.start()
    url = f"http://127.0.0.1:{server.port}"
    write_inputs(f"{folder}/in.jsonl", records)
    environment = {
        **os.environ, "CARTLOAD_CLIENT_ID": CLIENT, "CARTLOAD_CLIENT_SECRET": SECRET, "CSPARK_CLIENT_ID": CLIENT,
        "CSPARK_CLIENT_SECRET": SECRET, "CSPARK_BASE_URL": f"{url}/acme"}
    told = []
    for name, words in {
        "`batches run`": [
            program, "batches", "run", "demo/sleep", "--url", url, "--tenant", "acme", "--input", f"{folder}/in.jsonl",
            "--output", f"{folder}/out.jsonl", "--state", f"{folder}/state", "--no-progress"],
        "run": [snippet, "demo/sleep", "run"], "push-and-take": [snippet, "demo/sleep", "push-and-take"],
    }.items():
        before, start = renewals(log), time.monotonic()
        with open(f"{folder}/in.jsonl", encoding="utf-8") as file:
            ended = subprocess.run(words, env=environment, stdin=file, capture_output=True, text=True, timeout=240)
        seconds = time.monotonic() - start
        assert ended.returncode == 0, (name, ended.returncode, ended.stderr[-1500:])
        if name == "`batches run`":
            with open(f"{folder}/out.jsonl", encoding="utf-8") as file:
                values = [json.loads(line)["value"] for line in file]
        else:
            values = sorted(json.loads(line)["value"] for line in ended.stdout.splitlines())
        assert values == list(range(records)), f"{name}: {len(values)} outputs"
        count = renewals(log) - before
        assert seconds > 3 * LIFETIME, f"{name} took only {seconds:.1f} s"
        assert 3 <= count <= 2 * seconds / LIFETIME + 2, (name, count, seconds)
        told.append(f"{name} {count} in {seconds:.0f} s")
    server.stop()
    print(f"tokens of {LIFETIME} s: {records:,} records each, nothing is lost; tokens: {', '.join(told)}", flush=True)


def renewals(log):
    with open(log, encoding="utf-8") as file:
        return sum("openid-connect/token" in line for line in file)
