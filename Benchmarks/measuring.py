# SPDX-License-Identifier: Apache-2.0
"""What one run of a program takes."""
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import time


def high_water(pid):
    """The most memory that the program itself has had: what wait tells counts this one's, from before the exec."""
    try:
        with open(f"/proc/{pid}/status") as file:
            return next((int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM")), 0)
    except OSError:
        return 0  # it has ended


def measure(command):
    """One run to /dev/null: wall and CPU seconds, and the largest resident memory, sampled."""
    begin = time.monotonic()
    with open(os.devnull, "wb") as nothing, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=nothing, stderr=errors)
        peak, is_over = 0, threading.Event()

        def sample():
            nonlocal peak
            while not is_over.wait(0.002):
                with open(f"/proc/{process.pid}/cmdline", "rb") as file:
                    if file.read().startswith(command[0].encode() + b"\0"):
                        peak = max(peak, high_water(process.pid))

        sampler = threading.Thread(target=sample)
        sampler.start()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        is_over.set()
        sampler.join()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - begin
        if process.returncode != 0:
            errors.seek(0)
            sys.exit(f"error: {shlex.join(command)} ended with {process.returncode}: {errors.read()[-800:]}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "rss": peak}
