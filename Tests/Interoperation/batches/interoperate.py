# SPDX-License-Identifier: Apache-2.0
"""Runs the cases: a line for each, and a line for all at the end.

Usage: interoperate.py [PATTERN…]        only cases with one of these in their names
"""
import sys
import time
import traceback

import cases_async
import cases_authentication
import cases_bad_input
import cases_buffers
import cases_chunks
import cases_locators
import cases_operations
import cases_options
import cases_ours
import cases_results
import cases_states
import cases_wire
import cases_workflow
from difference import Difference
from place import server

MODULES = [
    cases_operations, cases_locators, cases_options, cases_chunks, cases_results, cases_states, cases_authentication,
    cases_buffers, cases_workflow, cases_async, cases_wire, cases_bad_input, cases_ours,
]


def name(case):
    return case.__name__.replace("_", " ")


def outcome(case, shared):
    """What is wrong, or nothing. A case whose argument is `own` has servers of its own."""
    try:
        case(shared) if case.__code__.co_varnames[:1] == ("shared",) else case()
    except Difference as difference:
        return str(difference)
    except Exception:  # An answer may break a case in any way; the others still run.
        return traceback.format_exc()
    return None


def main():
    patterns = sys.argv[1:]
    cases = [case for module in MODULES for case in module.CASES]
    cases = [case for case in cases if not patterns or any(pattern in name(case) for pattern in patterns)]
    failed = 0
    start = time.monotonic()
    with server(limits={"body": "4MB"}) as shared:
        for case in cases:
            begin = time.monotonic()
            problem = outcome(case, shared)
            seconds = time.monotonic() - begin
            print(f"{'FAILED' if problem else 'ok'} {name(case)} ({seconds:.1f} s)", flush=True)
            if problem:
                failed += 1
                print("    " + problem.replace("\n", "\n    "), flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed, {time.monotonic() - start:.0f} s")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
