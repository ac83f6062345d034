# SPDX-License-Identifier: Apache-2.0
"""Kills and stops the workers of a service under load: every record comes back once and right, nothing is left behind."""
import collections
import os
import random
import re
import signal
import threading
import time

from processes import children, running_in
from server import Connection, Server
from soak import reading

CHUNK = 40
CHUNKS = 6
# What the server keeps of a chunk that was delivered, in bytes at most.
PER_CHUNK = 700
WORKER = """\
import json
import sys

for line in sys.stdin:
    print(json.dumps({"value": json.loads(line)["value"] * 2}), flush=True)
"""
SERVICE = """\
inputs: [{name: value, type: integer}]
outputs: [value]
runner:
  exec: [python3, -S, worker.py]
limits: {timeout: 1s, start: 3s}
"""


class Load:
    """Readers and writers of one pipeline; what came back is counted."""

    def __init__(self, server):
        self.server, self.lock = server, threading.Lock()
        self.pushed, self.received, self.faults = {}, collections.Counter(), []
        connection = Connection(server)
        status, answer = connection.insist("POST", "", {"service": "test/twice", "max_input_size_in_mb": 1})
        assert status == 200, answer
        self.pipeline = answer["id"]
        connection.close()

    def push(self, number, stopping):
        connection, index = Connection(self.server), 0
        while not stopping.is_set():
            chunks = []
            for _ in range(CHUNKS):
                first = (number * 1_000_000 + index) * CHUNK
                chunks.append((f"{number}-{index}", first))
                index += 1
            body = {"chunks": [
                {"id": id, "data": {"inputs": [["value"], *[[first + i] for i in range(CHUNK)]]}} for id, first in chunks]}
            status, answer = connection.insist("POST", f"/{self.pipeline}/chunks", body)
            if status != 200:
                self.faults.append(f"push: {status} {answer}")
                return
            with self.lock:
                self.pushed.update(chunks)
        connection.close()

    def pull(self, done):
        connection = Connection(self.server)
        while not done.is_set():
            status, body = connection.insist("GET", f"/{self.pipeline}/chunkresults?max=20&wait=0.2")
            if status != 200:
                self.faults.append(f"pull: {status} {body}")
                return
            for chunk in body["data"]:
                self.take(chunk)
        connection.close()

    def take(self, chunk):
        number, index = map(int, chunk["id"].split("-"))
        first = (number * 1_000_000 + index) * CHUNK
        wrong = [slot for slot in chunk["errors"] if slot is not None]
        if wrong:
            self.faults.append(f"{chunk['id']} has errors: {wrong[:2]}")
        elif chunk["outputs"] != [["value"], *[[2 * (first + i)] for i in range(CHUNK)]]:
            self.faults.append(f"{chunk['id']} has other values")
        with self.lock:
            self.received[chunk["id"]] += 1


def counters(connection):
    """What the server counts of its workers."""
    connection.ask("GET", "/status")  # opens the connection again, if it was closed
    connection.connection.request("GET", "/metrics")
    text = connection.connection.getresponse().read().decode()

    def value(name):
        found = re.search(rf"^cartload_{name}(?:{{[^}}]*}})? ([0-9.e+]+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0
    return {name: value(name) for name in
            ("records_retried_total", "chunks_finished_total", "service_workers_lost_total",
             "service_workers_restarted_total", "service_workers_started_total")}


def strike(server, connection, chance, is_stop):
    """Kills or stops a worker, and waits until its chunk was run again, so that no chunk loses two.

    A worker that was between two chunks loses none; then the others show that time goes on."""
    before = counters(connection)
    alive = [pid for pid, state in children(server.process.pid) if state not in "Z"]
    if not alive:
        return False
    victim = chance.choice(alive)
    try:
        os.kill(victim, signal.SIGSTOP if is_stop else signal.SIGKILL)
    except ProcessLookupError:
        return False
    end = time.monotonic() + 30
    while time.monotonic() < end:
        now = counters(connection)
        if now["records_retried_total"] > before["records_retried_total"]:
            return True
        # One that was lost at work is counted at once, and its chunk when it has run again.
        is_lost = now["service_workers_lost_total"] > before["service_workers_lost_total"]
        is_gone = victim not in [pid for pid, _ in children(server.process.pid)]
        if is_gone and not is_lost and now["chunks_finished_total"] >= before["chunks_finished_total"] + 20:
            return True
        time.sleep(0.01)
    raise AssertionError(f"nothing goes on after a worker was {'stopped' if is_stop else 'killed'}")


def run(program, folder, kills, stops, seed):
    services = f"{folder}/services"
    os.makedirs(f"{services}/test/twice/1")
    for name, text in (("worker.py", WORKER), ("service.yaml", SERVICE)):
        with open(f"{services}/test/twice/1/{name}", "w", encoding="utf-8") as file:
            file.write(text)
    server = Server(program, folder, services=services)
    server.start()
    try:
        strike_all(server, folder, kills, stops, seed)
    finally:
        server.stop()


def strike_all(server, folder, kills, stops, seed):
    chance = random.Random(seed)
    load, stopping, done = Load(server), threading.Event(), threading.Event()
    pushers = [threading.Thread(target=load.push, args=(n, stopping), daemon=True) for n in range(2)]
    puller = threading.Thread(target=load.pull, args=(done,), daemon=True)
    for thread in [*pushers, puller]:
        thread.start()
    connection = Connection(server)
    strikes = [False] * kills + [True] * stops
    chance.shuffle(strikes)
    # What fills up at first has done so after a fifth of them.
    before, known, place = None, 0, 0
    while place < len(strikes) and not load.faults:
        time.sleep(chance.uniform(0, 0.05))
        if strike(server, connection, chance, strikes[place]):
            place += 1
        if place == len(strikes) // 5 and before is None:
            before, known = reading(server.process.pid), len(load.pushed)
    after, known = reading(server.process.pid), len(load.pushed) - known
    stopping.set()
    for thread in pushers:
        thread.join(timeout=120)
    end = time.monotonic() + 60
    while time.monotonic() < end and sum(load.received.values()) < len(load.pushed) and not load.faults:
        time.sleep(0.05)
    time.sleep(0.3)  # for what would come twice
    done.set()
    puller.join(timeout=60)
    assert not load.faults, load.faults[:3]
    missing = load.pushed.keys() - load.received.keys()
    assert not missing, f"{len(missing)} chunks never came back, such as {sorted(missing)[:3]}"
    assert set(load.received.values()) == {1}, f"some came back more than once: {load.received.most_common(3)}"
    counts = counters(connection)
    status, body = connection.insist("GET", f"/{load.pipeline}")
    summary = body["data"]["summary"]
    assert summary["records_completed"] == len(load.pushed) * CHUNK and summary["records_failed"] == 0, summary
    assert counts["service_workers_lost_total"] >= (kills + stops) / 2, f"hardly any worker was lost: {counts}"
    zombies = [pid for pid, state in children(server.process.pid) if state == "Z"]
    assert not zombies, f"{len(zombies)} workers have ended and nobody has noticed"
    assert len(children(server.process.pid)) <= 4, "there are more workers than there may be"
    code = server.stop()
    assert code in (0, 143), f"the server ended with {code}"
    end = time.monotonic() + 10
    while running_in(folder) and time.monotonic() < end:
        time.sleep(0.05)
    assert not running_in(folder), f"workers go on without their server: {running_in(folder)}"
    print(f"{kills} workers killed and {stops} stopped, seed {seed}: {len(load.pushed):,} chunks of {CHUNK} records, each "
          f"came back once, none failed; {counts['service_workers_lost_total']:.0f} workers lost at work, "
          f"{counts['records_retried_total']:,.0f} records run again; memory {before['rss'] / 1e6:.0f} MB, then "
          f"{after['rss'] / 1e6:.0f} MB; descriptors {before['descriptors']}, {after['descriptors']}")
    # A batch knows the ids of all its chunks, so that none is taken twice.
    assert after["rss"] <= before["rss"] * 1.25 + 8e6 + known * PER_CHUNK, "memory grows"
    assert after["descriptors"] <= before["descriptors"] + 8, "descriptors grow"
    assert after["threads"] <= before["threads"] + 4, "threads grow"
