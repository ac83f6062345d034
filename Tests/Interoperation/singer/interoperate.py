# SPDX-License-Identifier: Apache-2.0
"""Runs the cases, each in a folder of its own: a line for each, and a line for all at the end.

Usage: interoperate.py [--controls | --guards] [PATTERN…]

--controls   only the cases that are between peers
--guards     instead of the cases: whether they notice each fault of the stand-in; nothing of ours is run
PATTERN      only cases with this in their names
"""
import os
import subprocess
import sys
import tempfile
import time

import cases
import cases_api
import cases_description
import cases_dialects
import cases_features
import cases_from_sdk
import cases_meltano
import cases_pack
import cases_selection
import cases_store
import cases_to_sdk
from difference import Difference
from place import HERE, PROGRAM, Place
from store import Store, is_there

# What the stand-in does wrong, and a case that has to notice.
GUARDS = {
    "leak": "our sqlite tap leaves a deselected field out, BATCH gzip",
    "lose": "sdk tap to our sqlite target, BATCH",
    "repeat": "sdk tap, BATCH, unpack, target-jsonl",
    "early-state": "a truncated batch file fails",
    "unconfined": "a batch file outside of the roots is refused",
    "forget": "run 2 of our sqlite tap reads only what is new, BATCH gzip",
    "digits": "digits through our files tap and target, BATCH gzip",
    "not-ascii": "ensure_ascii of our files tap, BATCH none",
    "rewrite-state": "sdk tap to our files target, RECORD jsonl.gz",
    "ask-anyone": "batch files of another host are not asked for",
    "records-first": "RECORD and BATCH of one stream keep their order",
    "null-metadata": "metadata of our files target, BATCH",
    "keep-versions": "rows of an earlier version are removed by our sqlite target, shrinking versions",
    "as-records": "our files tap to our files target, BATCH gzip",
}


def outcome(case):
    """What is wrong, or nothing."""
    with tempfile.TemporaryDirectory(prefix="cartload-singer-") as folder:
        try:
            case.run(Place(folder))
        except Difference as difference:
            return str(difference)
        except Exception as error:  # A peer's output may break a case in any way; the others still run.
            return f"{type(error).__name__}: {error}"
    return None


def guards():
    """Runs one case for each fault; a case that passes all the same is worth nothing."""
    missed = 0
    for fault, name in GUARDS.items():
        environment = {**os.environ, "CARTLOAD_PROGRAM": str(HERE / "stand-in")}
        command = [sys.executable, __file__, name]
        good = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        bad = subprocess.run(
            command, env={**environment, "STAND_IN_FAULT": fault}, capture_output=True, text=True, check=False)
        if good.stdout.endswith("1 passed, 0 failed\n") and bad.stdout.endswith("0 passed, 1 failed\n"):
            print(f"ok guard {fault}: {name}", flush=True)
        else:
            print(f"FAILED guard {fault}: {name}\n    {good.stdout}{bad.stdout}{good.stderr}{bad.stderr}", flush=True)
            missed += 1
    print(f"{len(GUARDS) - missed} passed, {missed} failed")
    sys.exit(1 if missed else 0)


def main():
    words = sys.argv[1:]
    if "--guards" in words:
        guards()
    only_controls = "--controls" in words
    patterns = [word for word in words if not word.startswith("--")]
    chosen = [
        case for case in cases.ALL
        if (case.is_control or not only_controls) and (not patterns or any(one in case.name for one in patterns))]
    if any(not case.is_control for case in chosen) and not os.access(PROGRAM, os.X_OK):
        sys.exit("error: there is no program; run `make build`, or set CARTLOAD_PROGRAM")
    if not is_there():
        print("skipped: batch files in S3 (install swift-proxy; Scripts/install-dependencies --verify does)")
    failed = 0
    for case in chosen:
        begin = time.monotonic()
        wrong = outcome(case)
        seconds = f"({time.monotonic() - begin:.1f} s)"
        verdict = f"ok {case.name} {seconds}" if wrong is None else f"FAILED {case.name} {seconds}\n    {wrong}"
        print(verdict, flush=True)
        failed += wrong is not None
    Store.stop()
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not chosen else 0)


main()
