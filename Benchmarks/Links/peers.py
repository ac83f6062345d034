# SPDX-License-Identifier: Apache-2.0
"""The same transfer by a plain loop and by Databay: peers.py loop|databay none|pairs|name|size|both INPUT OUTPUT."""
import json
import sys

way, batching, source, target = sys.argv[1:5]


def pairs(batches):
    return [batch[i:i + 2] for batch in batches for i in range(0, len(batch), 2)]


def sized(batches):
    return [batch[i:i + 500] for batch in batches for i in range(0, len(batch), 500)]


def named(batches, payload=lambda record: record):
    result = []
    for batch in batches:
        groups = {}
        for record in batch:
            groups.setdefault(payload(record)["name"], []).append(record)
        result += list(groups.values())
    return result


def dump(out, values):
    out.write(json.dumps(values, separators=(",", ":")) + "\n")


if way == "loop":
    records = []
    with open(source) as lines:
        for line in lines:
            record = json.loads(line)
            if record["active"]:
                record["double"] = record["value"] * 2
                records.append(record)
    batches = [records]
    for batcher in {"none": [], "pairs": [pairs], "name": [named], "size": [sized], "both": [named, sized]}[batching]:
        batches = batcher(batches)
    with open(target, "w") as out:
        for batch in batches:
            dump(out, batch)
else:
    from databay import Inlet, Link, Outlet, Record

    class FileInlet(Inlet):
        def pull(self, update):
            with open(source) as lines:
                return [json.loads(line) for line in lines]

    class ArrayOutlet(Outlet):
        def __init__(self, out):
            super().__init__()
            self.out = out

        def push(self, records, update):
            dump(self.out, [record.payload for record in records])

    def keep(records):
        return [record for record in records if record.payload["active"]]

    def add(records):
        for record in records:
            record.payload["double"] = record.payload["value"] * 2
        return records

    def by_name(batches):
        return named(batches, lambda record: record.payload)

    groupers = {"none": [], "pairs": [pairs], "name": [by_name], "size": [sized], "both": [by_name, sized]}[batching]
    with open(target, "w") as out:
        Link(FileInlet(), ArrayOutlet(out), interval=1, processors=[keep, add], groupers=groupers,
             copy_records=way == "databay").transfer()
