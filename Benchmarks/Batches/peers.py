# SPDX-License-Identifier: Apache-2.0
"""The peers: the same chunks through Ray tasks, Celery with Redis, and a pool of processes. Prints seconds and bytes of memory.

Usage: peers.py ray|celery|pool RECORDS CHUNK double|spin [REDIS_PORT]
"""
import multiprocessing
import os
import sys
import time

import work


def tree_memory():
    """Resident memory of this process and all below it."""
    children, sizes = {}, {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            children.setdefault(int(fields[1]), []).append(int(name))
            sizes[int(name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            continue
    total, waiting = 0, [os.getpid()]
    while waiting:
        process = waiting.pop()
        total += sizes.get(process, 0)
        waiting += children.get(process, [])
    return total


def check(results, records, function):
    values = [record["value"] for chunk in results for record in chunk]
    factor = 2 if function == "double" else 1
    assert len(values) == records and sum(values) == factor * records * (records - 1) // 2, "wrong results"


def main():
    kind, records, size, function = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    inputs = [{"value": i} for i in range(records)]
    chunks = [inputs[i:i + size] for i in range(0, records, size)]
    body = work.FUNCTIONS[function]
    if kind == "pool":
        with multiprocessing.Pool(2) as pool:
            pool.map(work.double, [[]] * 4)
            begin = time.monotonic()
            results = list(pool.imap_unordered(body, chunks))
            wall, memory = time.monotonic() - begin, tree_memory()
    elif kind == "ray":
        import ray
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        task = ray.remote(body)
        ray.get([task.remote([]) for _ in range(8)])
        begin = time.monotonic()
        results = ray.get([task.remote(chunk) for chunk in chunks])
        wall, memory = time.monotonic() - begin, tree_memory()
        ray.shutdown()
    else:
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
        os.environ["CELERY_REDIS"] = sys.argv[5]
        import subprocess
        import celery_app
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "celery_app", "worker", "-c", "2", "--loglevel", "ERROR"],
            cwd=os.path.dirname(os.path.abspath(__file__)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            task = getattr(celery_app, function)
            celery_app.double.delay([]).get(timeout=60)
            begin = time.monotonic()
            results = [answer.get(timeout=600) for answer in [task.delay(chunk) for chunk in chunks]]
            wall, memory = time.monotonic() - begin, tree_memory()
        finally:
            worker.terminate()
            worker.wait()
    check(results, records, function)
    print(wall, memory)


if __name__ == "__main__":
    main()
