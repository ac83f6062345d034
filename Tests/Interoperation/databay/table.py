# SPDX-License-Identifier: Apache-2.0
"""Runs each row of a table of link behaviours with Databay and compares what is pushed: table.py TABLE.json"""
import json
import logging
import sys

from databay import Inlet, Link, Outlet

logging.disable(logging.CRITICAL)


def refuse(*_):
    raise ValueError("no")


class Numbers(Inlet):
    def __init__(self, numbers):
        super().__init__()
        self.numbers = numbers

    def pull(self, update):
        return refuse() if self.numbers == "fails" else list(self.numbers)


class Pushes(Outlet):
    def __init__(self, failing, **options):
        super().__init__(**options)
        self.failing, self.calls, self.batches, self.updates = failing, 0, [], []

    def push(self, records, update):
        call, self.calls = self.calls, self.calls + 1
        if call in self.failing:
            refuse()
        self.batches.append([record.payload for record in records])
        self.updates.append(str(update))


def sized(count):
    return lambda batches: [batch[i:i + count] for batch in batches for i in range(0, len(batch), count)]


def parity(batches):
    result = []
    for batch in batches:
        groups = {}
        for record in batch:
            groups.setdefault(record.payload % 2, []).append(record)
        result += groups.values()
    return result


PROCESSORS = {
    "even": lambda records: [record for record in records if record.payload % 2 == 0],
    "small": lambda records: [record for record in records if record.payload < 3],
    "fails": refuse,
}
BATCHERS = {"pairs": sized(2), "three": sized(3), "parity": parity, "fails": refuse}


def faults(row):
    processors = [PROCESSORS[name] for name in row.get("outlet_processors", [])]
    outlets = [Pushes(row.get("failing_pushes", []), processors=processors) for _ in range(row.get("outlets", 1))]
    link = Link([Numbers(numbers) for numbers in row["inlets"]], outlets, interval=1, tags=row.get("tags"),
                processors=[PROCESSORS[name] for name in row.get("processors", [])],
                groupers=[BATCHERS[name] for name in row.get("batchers", [])], ignore_exceptions=row.get("skip", False))
    failed = False
    for _ in range(row.get("transfers", 1)):
        try:
            link.transfer()
        except ValueError:
            failed = True
    for outlet in outlets:
        # Batchers that make empty batches have them pushed; ours drops them, as the facts say.
        if outlet.batches != row["pushes"]:
            yield f"pushes {outlet.batches}, not {row['pushes']}"
        if "updates" in row and outlet.updates != row["updates"]:
            yield f"updates {outlet.updates}, not {row['updates']}"
    if failed != row.get("fails", False):
        yield "fails" if failed else "does not fail"


def main():
    with open(sys.argv[1]) as file:
        table = json.load(file)
    wrong = [f"{row['name']}: {fault}" for row in table for fault in faults(row)]
    for line in wrong:
        print(f"Databay differs: {line}", file=sys.stderr)
    print(f"{len(table)} behaviours of links are Databay's, {len(wrong)} differ")
    return 1 if wrong or not table else 0


if __name__ == "__main__":
    sys.exit(main())
