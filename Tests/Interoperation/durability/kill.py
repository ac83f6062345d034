# SPDX-License-Identifier: Apache-2.0
"""Kills the server again and again under load: every record that was accepted comes back, and none twice."""
import random
import threading
import time

from server import Connection, Server

CHUNK = 50


class Load:
    """Pushers that repeat a push until it is accepted, and pullers that lend results and acknowledge them."""

    def __init__(self, server, pipelines, service):
        self.server = server
        self.lock = threading.Lock()
        self.accepted, self.received, self.acknowledged = {}, {}, set()
        self.repeats, self.faults = 0, []
        self.done = threading.Event()
        connection = Connection(server)
        self.pipelines = []
        for _ in range(pipelines):
            status, answer = connection.insist("POST", "", {"service": service, "max_input_size_in_mb": 5})
            assert status == 200, answer
            self.pipelines.append(answer["id"])
        connection.close()

    def push(self, number, stopping):
        connection, index = Connection(self.server), 0
        pipeline = self.pipelines[number % len(self.pipelines)]
        while not stopping.is_set():
            first = (number * 10_000_000 + index) * CHUNK
            id = f"{number}-{index}"
            inputs = [["value"], *[[first + i] for i in range(CHUNK)]]
            status, answer = connection.insist(
                "POST", f"/{pipeline}/chunks", {"chunks": [{"id": id, "data": {"inputs": inputs}}]})
            if status != 200:
                self.faults.append(f"push {id}: {status} {answer}")
                return
            with self.lock:
                self.accepted[(pipeline, id)] = first
            index += 1
        connection.close()

    def pull(self, pipeline):
        connection = Connection(self.server)
        while not self.done.is_set():
            answer = connection.ask("GET", f"/{pipeline}/chunkresults?max=20&lease=30&wait=0.2")
            if answer is None or answer[0] in (429, 503):
                time.sleep(0.01)
                continue
            status, body = answer
            if status != 200:
                self.faults.append(f"pull: {status} {body}")
                return
            ids = [chunk["id"] for chunk in body["data"]]
            if not ids:
                continue
            with self.lock:
                for chunk in body["data"]:
                    key = (pipeline, chunk["id"])
                    if key in self.acknowledged:
                        self.faults.append(f"{key} came back after it was acknowledged")
                    values = [row[0] for row in chunk["outputs"][1:]]
                    if key in self.received:
                        self.repeats += 1
                        if self.received[key] != values:
                            self.faults.append(f"{key} came back with other values")
                    self.received[key] = values
            # By their ids, which counts also after the server has forgotten the lease.
            answer = connection.ask("POST", f"/{pipeline}/ack", {"chunks": ids, "leases": [body["lease"]]})
            if answer and answer[0] == 200:
                with self.lock:
                    self.acknowledged.update((pipeline, id) for id in ids)
        connection.close()


def run(program, folder, kills, seed, service="demo/double", services=None, pace=1.0):
    server = Server(program, folder, services=services)
    server.start()
    chance = random.Random(seed)
    pushers = 4
    load = Load(server, 2, service)
    threads = [threading.Thread(target=load.pull, args=(p,), daemon=True) for p in load.pipelines]
    stopping = threading.Event()

    threads += [threading.Thread(target=load.push, args=(n, stopping), daemon=True) for n in range(pushers)]
    for thread in threads:
        thread.start()
    for _ in range(kills):
        time.sleep(chance.uniform(0.02, 0.3) * pace)
        server.kill()
        server.start()
        assert not load.faults, load.faults[:3]
    stopping.set()
    for thread in threads[len(load.pipelines):]:
        thread.join(timeout=120)
        assert not thread.is_alive(), "a push does not end"
    end = time.monotonic() + 120
    while time.monotonic() < end and len(load.acknowledged) < len(load.accepted) and not load.faults:
        time.sleep(0.05)
    load.done.set()
    for thread in threads[:len(load.pipelines)]:
        thread.join(timeout=60)
    assert not load.faults, load.faults[:3]
    connection = Connection(server)
    for pipeline in load.pipelines:
        status, body = connection.insist("GET", f"/{pipeline}")
        summary = body["data"]["summary"]
        mine = sum(1 for key in load.accepted if key[0] == pipeline)
        assert summary["chunks_submitted"] == summary["chunks_completed"] == mine, (summary, mine)
        assert summary["records_completed"] == mine * CHUNK, summary
        status, body = connection.insist("GET", f"/{pipeline}/status")
        assert body["chunks_available"] == 0 and body["input_buffer_used_bytes"] == 0, body
        assert body["output_buffer_used_bytes"] == 0, body
    missing = set(load.accepted) - set(load.received)
    assert not missing, f"{len(missing)} chunks were accepted and never came back, such as {sorted(missing)[:3]}"
    extra = set(load.received) - set(load.accepted)
    assert not extra, f"{len(extra)} chunks came back that were not accepted"
    for key, first in load.accepted.items():
        assert load.received[key] == [2 * (first + i) for i in range(CHUNK)], f"wrong values in {key}"
    code = server.stop()
    assert code in (0, 143), f"the server ended with {code}"
    print(f"{kills} kills, seed {seed}: {len(load.accepted):,} chunks of {CHUNK} records, each came back; "
          f"{load.repeats} were lent again after their acknowledgement was lost")
