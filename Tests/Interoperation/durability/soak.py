# SPDX-License-Identifier: Apache-2.0
"""Runs load for a time: memory, descriptors and threads of the server must not grow."""
import os
import threading
import time

from server import Connection, Server


def reading(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        status = dict(line.split(":", 1) for line in file)
    return {"rss": int(status["VmRSS"].split()[0]) * 1024, "threads": int(status["Threads"]),
            "descriptors": len(os.listdir(f"/proc/{pid}/fd"))}


def run(program, folder, seconds):
    server = Server(program, folder, more="retention: 2s")
    server.start()
    stopping, faults, counts = threading.Event(), [], [0] * 4

    def work(number):
        connection = Connection(server)
        while not stopping.is_set():
            status, answer = connection.insist("POST", "", {"service": "demo/double"})
            pipeline = answer["id"]
            for index in range(10):
                inputs = [["value"], *[[i] for i in range(200)]]
                body = {"chunks": [{"id": f"{index}-{k}", "data": {"inputs": inputs}} for k in range(5)]}
                status, answer = connection.insist("POST", f"/{pipeline}/chunks", body)
                if status != 200:
                    faults.append(answer)
                    return
            got = 0
            while got < 50:
                status, answer = connection.insist("GET", f"/{pipeline}/chunkresults?max=100&wait=10")
                if status != 200:
                    faults.append(answer)
                    return
                got += len(answer["data"])
            counts[number] += 50 * 200
            connection.insist("PATCH", f"/{pipeline}", {"batch_status": "closed"})
            if counts[number] % 50_000 == 0:
                connection.close()
        connection.close()

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(len(counts))]
    for thread in threads:
        thread.start()
    # What fills up at first, such as caches and kept segments, has done so after a fifth of the time.
    time.sleep(seconds / 5)
    before, end = reading(server.process.pid), time.monotonic() + seconds * 4 / 5
    peak = dict(before)
    while time.monotonic() < end and not faults:
        time.sleep(0.5)
        peak = {name: max(value, peak[name]) for name, value in reading(server.process.pid).items()}
    after = reading(server.process.pid)
    stopping.set()
    for thread in threads:
        thread.join(timeout=60)
    assert not faults, faults[:2]
    server.stop()
    print(f"{seconds} s, {sum(counts):,} records: memory {before['rss'] / 1e6:.0f} MB after a fifth of the time, "
          f"{after['rss'] / 1e6:.0f} MB at the end, {peak['rss'] / 1e6:.0f} MB at most; descriptors {before['descriptors']}, "
          f"{after['descriptors']}; threads {before['threads']}, {after['threads']}")
    assert after["rss"] <= before["rss"] * 1.25 + 8e6, "memory grows"
    assert after["descriptors"] <= before["descriptors"] + 4, "descriptors grow"
    assert after["threads"] <= before["threads"] + 4, "threads grow"
