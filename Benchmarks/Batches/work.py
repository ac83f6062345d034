# SPDX-License-Identifier: Apache-2.0
"""What the peers do with a chunk."""
import time


def double(chunk):
    return [{"value": record["value"] * 2} for record in chunk]


def spin(chunk):
    results = []
    for record in chunk:
        end = time.process_time() + 0.001
        while time.process_time() < end:
            pass
        results.append({"value": record["value"]})
    return results


FUNCTIONS = {"double": double, "spin": spin}
