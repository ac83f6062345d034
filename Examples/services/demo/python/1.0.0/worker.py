# SPDX-License-Identifier: Apache-2.0
import json
import sys

for line in sys.stdin:
    record = json.loads(line)
    try:
        tax = round(record["price"] * record["rate"], 2)
        answer = {"gross": round(record["price"] + tax, 2), "tax": tax}
        if record["price"] < 0:
            answer["$warnings"] = [{"message": "the price is negative", "path": "price"}]
    except (TypeError, ValueError) as error:
        answer = {"$error": {"message": str(error), "type": type(error).__name__}}
    print(json.dumps(answer), flush=True)
