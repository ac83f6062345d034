# SPDX-License-Identifier: Apache-2.0
"""A tap made with the SDK: streams of a folder with `NAME.json` (schema, keys) and `NAME.jsonl` (records)."""
import datetime
import json
import pathlib
from decimal import Decimal

from singer_sdk import Stream, Tap
from singer_sdk import typing as th


class FolderStream(Stream):
    """The records of one file; those from the bookmark on when it has a replication key."""

    is_sorted = True

    def __init__(self, tap, folder, name):
        description = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        self.file = folder / f"{name}.jsonl"
        super().__init__(tap, schema=description["schema"], name=name)
        self.primary_keys = description["keys"]
        self.replication_key = description["replication_key"]
        # Most taps hand out times as such, not as text.
        self.times = [
            field for field, value in description["schema"]["properties"].items() if value.get("format") == "date-time"]

    def get_records(self, context):
        start = self.get_starting_timestamp(context) if self.replication_key else None
        with open(self.file, encoding="utf-8") as lines:
            for text in lines:
                record = json.loads(text, parse_float=Decimal)
                for field in self.times:
                    if record[field] is not None:
                        record[field] = datetime.datetime.fromisoformat(record[field])
                if start is None or record[self.replication_key] >= start:
                    yield record


class SampleTap(Tap):
    name = "tap-sample"
    config_jsonschema = th.PropertiesList(th.Property("folder", th.StringType, required=True)).to_dict()

    def discover_streams(self):
        folder = pathlib.Path(self.config["folder"])
        return [FolderStream(self, folder, path.stem) for path in sorted(folder.glob("*.json"))]


if __name__ == "__main__":
    SampleTap.cli()
