# SPDX-License-Identifier: Apache-2.0
"""A target made with the SDK's BatchSink: a file of JSON lines for each stream."""
import pathlib

from singer_sdk import Target
from singer_sdk import typing as th
from singer_sdk.singerlib.json import serialize_json
from singer_sdk.sinks import BatchSink


class LinesSink(BatchSink):
    max_size = 100

    def process_batch(self, context):
        path = pathlib.Path(self.config["folder"]) / f"{self.stream_name}.jsonl"
        with open(path, "a", encoding="utf-8") as file:
            for record in context["records"]:
                file.write(serialize_json(record, ensure_ascii=False) + "\n")


class LinesTarget(Target):
    name = "target-lines"
    config_jsonschema = th.PropertiesList(th.Property("folder", th.StringType, required=True)).to_dict()
    default_sink_class = LinesSink


if __name__ == "__main__":
    LinesTarget.cli()
