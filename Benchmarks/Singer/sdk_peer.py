# SPDX-License-Identifier: Apache-2.0
"""The smallest tap and target that the SDK allows, so that what is measured is the SDK.

Usage: sdk_peer.py plain|msgspec tap|target [the SDK's options]     msgspec: its fastest reader and writer of messages
"""
import json
import sys

from singer_sdk import Stream, Tap, Target
from singer_sdk import typing as th
from singer_sdk.contrib.msgspec import MsgSpecReader, MsgSpecWriter
from singer_sdk.sinks import BatchSink

SPEED, ROLE = sys.argv[1:3]


class EventStream(Stream):
    """The lines of a file."""

    name = "events"
    primary_keys = ("id",)

    def get_records(self, context):
        if SPEED == "msgspec":
            import msgspec

            decode = msgspec.json.Decoder().decode
        else:
            decode = json.loads
        with open(self.config["path"], encoding="utf-8") as lines:
            for line in lines:
                yield decode(line)


class EventTap(Tap):
    name = "tap-events"
    config_jsonschema = th.PropertiesList(
        th.Property("path", th.StringType), th.Property("schema", th.ObjectType(additional_properties=True))).to_dict()
    if SPEED == "msgspec":
        message_writer_class = MsgSpecWriter

    def discover_streams(self):
        return [EventStream(self, schema=self.config.get("schema", {"type": "object", "properties": {}}))]


class EventSink(BatchSink):
    """Appends the lines of a batch to one file."""

    max_size = 10_000

    def process_batch(self, context):
        with open(self.config["path"], "a", encoding="utf-8") as file:
            for record in context["records"]:
                file.write(json.dumps(record, default=str, ensure_ascii=False) + "\n")


class EventTarget(Target):
    name = "target-events"
    config_jsonschema = th.PropertiesList(th.Property("path", th.StringType)).to_dict()
    default_sink_class = EventSink
    if SPEED == "msgspec":
        message_reader_class = MsgSpecReader


(EventTap if ROLE == "tap" else EventTarget).cli(sys.argv[3:])
