# SPDX-License-Identifier: Apache-2.0
"""Runs the cases, each in a folder of its own: a line for each, and a line for all at the end.

Usage: interoperate.py [--controls] [PATTERN…]     --controls only the cases that are between peers; PATTERN a part of a name
"""
import os
import sys
import tempfile
import time

import cases
import cases_description
import cases_from_sdk
# meltano
import cases_pack
import cases_selection
import cases_to_sdk
from difference import Difference
from place import PROGRAM, Place


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


def main():
    words = sys.argv[1:]
    only_controls = "--controls" in words
    patterns = [word for word in words if not word.startswith("--")]
    chosen = [
        case for case in cases.ALL
        if (case.is_control or not only_controls) and (not patterns or any(one in case.name for one in patterns))]
    if any(not case.is_control for case in chosen) and not os.access(PROGRAM, os.X_OK):
        sys.exit("error: there is no program; run `make build`, or set CARTLOAD_PROGRAM")
    failed = 0
    for case in chosen:
        begin = time.monotonic()
        wrong = outcome(case)
        seconds = f"({time.monotonic() - begin:.1f} s)"
        print(f"ok {case.name} {seconds}" if wrong is None else f"FAILED {case.name} {seconds}\n    {wrong}", flush=True)
        failed += wrong is not None
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not chosen else 0)


main()
