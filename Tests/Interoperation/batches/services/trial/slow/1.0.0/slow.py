# SPDX-License-Identifier: Apache-2.0
"""Doubles values, and takes more than a millisecond for each."""
import json
import sys
import time

for line in sys.stdin:
    time.sleep(0.0012)
    print(json.dumps({"value": 2 * json.loads(line)["value"]}), flush=True)
