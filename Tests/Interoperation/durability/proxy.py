# SPDX-License-Identifier: Apache-2.0
"""A proxy that loses requests and answers, cuts, delays and repeats them; `cartload batches run` must not notice."""
import json
import os
import random
import socket
import socketserver
import subprocess
import threading
import time

from server import TOKEN, Server


def read_message(stream):
    """A request or an answer with its body, as bytes; None at the end."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline(65536)
        if not line:
            return None
        head += line
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    body = stream.read(length) if length else b""
    return None if len(body) < length else head + body


class Proxy(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, request_queue_size = True, True, 128

    def __init__(self, port, seed):
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream, self.chance, self.lock = port, random.Random(seed), threading.Lock()
        self.faults = dict.fromkeys(["lost request", "lost answer", "cut answer", "delay", "repeat"], 0)

    def fault(self):
        with self.lock:
            if self.chance.random() < 0.4:
                return None, 0.0
            fault = self.chance.choice(list(self.faults))
            self.faults[fault] += 1
            return fault, self.chance.random()

    def ask(self, request):
        with socket.create_connection(("127.0.0.1", self.upstream), timeout=60) as connection:
            connection.sendall(request)
            return read_message(connection.makefile("rb"))


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            while (request := read_message(self.rfile)) is not None:
                fault, size = self.server.fault()
                if fault == "lost request":
                    return
                if fault == "delay":
                    time.sleep(size * 0.3)
                answer = self.server.ask(request)
                if fault == "repeat":
                    # As a network may that thinks the first was lost; the client sees what the second brings.
                    answer = self.server.ask(request)
                if answer is None or fault == "lost answer":
                    return
                if fault == "cut answer":
                    self.wfile.write(answer[:int(len(answer) * size)])
                    return
                self.wfile.write(answer)
        except OSError:
            return


def behind(server, seed):
    """A proxy before a server, which serves until it is shut down."""
    proxy = Proxy(server.port, seed)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    return proxy, f"http://127.0.0.1:{proxy.server_address[1]}"


def write_inputs(path, records):
    """Numbers, of which every thousandth is none; returns the good ones."""
    with open(path, "w", encoding="utf-8") as file:
        for i in range(records):
            value = '"bad"' if i % 1000 == 999 else i
            file.write(f'{{"id": {i}, "value": {value}}}\n')
    return [i for i in range(records) if i % 1000 != 999]


def tell(proxy, name, seed, records):
    told = ", ".join(f"{count} × {fault}" for fault, count in proxy.faults.items())
    print(f"a faulty network before {name}, seed {seed}: {records:,} records, each once; {told}", flush=True)
    assert sum(proxy.faults.values()) >= 10, "the network was too good"


def run(program, folder, seed, records=100_000):
    """`cartload batches run`: also the order is kept."""
    server = Server(program, folder)
    server.start()
    proxy, url = behind(server, seed)
    wanted = write_inputs(f"{folder}/in.jsonl", records)
    words = [
        program, "batches", "run", "demo/double", "--url", url, "--tenant", "acme",
        "--input", f"{folder}/in.jsonl", "--output", f"{folder}/out.jsonl", "--state", f"{folder}/state", "--chunk", "100",
        "--keep-input", "--lease", "1s", "--no-progress"]
    ended = subprocess.run(
        words, env={**os.environ, "CARTLOAD_TOKEN": TOKEN}, capture_output=True, text=True, timeout=240, cwd=folder)
    proxy.shutdown()
    server.stop()
    assert ended.returncode == 3, (ended.returncode, ended.stderr[-1500:])
    with open(f"{folder}/out.jsonl", encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    assert [record["id"] for record in found] == wanted, "records are missing, twice, or in another order"
    assert all(record["value_output"] == record["id"] * 2 for record in found), "wrong values"
    with open(f"{folder}/out.jsonl.rejects.jsonl", encoding="utf-8") as file:
        rejects = [json.loads(line)["input"]["id"] for line in file]
    assert rejects == [i for i in range(records) if i % 1000 == 999], "wrong rejects"
    tell(proxy, "`batches run`", seed, records)


def run_sequence(program, snippet, folder, seed, sequence, records=30_000):
    """A sequence of the Swift client, by Snippets/RunRecords.swift; outputs come in any order."""
    # A lost answer to a pull keeps its results for as long as they are lent.
    server = Server(program, folder, "limits: {lease: 1s}")
    server.start()
    proxy, url = behind(server, seed)
    wanted = write_inputs(f"{folder}/in.jsonl", records)
    environment = {**os.environ, "CSPARK_BASE_URL": f"{url}/acme", "CSPARK_BEARER_TOKEN": TOKEN}
    with open(f"{folder}/in.jsonl", encoding="utf-8") as file:
        ended = subprocess.run(
            [snippet, "demo/double", sequence], env=environment, stdin=file, capture_output=True, text=True, timeout=240)
    proxy.shutdown()
    server.stop()
    assert ended.returncode == 0, (ended.returncode, ended.stderr.replace("failed: the input must be a number\n", "")[:1500])
    found = sorted(json.loads(line)["value"] for line in ended.stdout.splitlines())
    assert found == [i * 2 for i in wanted], f"{len(found):,} outputs, {len(set(found)):,} of them different"
    assert ended.stderr.count("failed: ") == records - len(wanted), ended.stderr[-500:]
    tell(proxy, f"the client's {sequence}", seed, records)
