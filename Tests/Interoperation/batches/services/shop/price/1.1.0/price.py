# SPDX-License-Identifier: Apache-2.0
"""Prices: a line of JSON in, a line of JSON out."""
import json
import sys

for line in sys.stdin:
    record = json.loads(line)
    amount = record["amount"]
    if amount < 0:
        answer = {"$error": {"message": "the amount is negative", "path": "amount", "type": "negative"}}
    else:
        price = amount * record["rate"]
        answer = {"price": price, "tax": price / 4, "label": f"{amount}x{record['rate']}"}
        if amount == 0:
            answer["$warnings"] = [{"message": "the amount is 0", "path": "amount"}]
    print(json.dumps(answer), flush=True)
