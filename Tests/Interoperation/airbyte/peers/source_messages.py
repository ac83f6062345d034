# SPDX-License-Identifier: Apache-2.0
"""A source made with airbyte-cdk: one stream in slices, as its authors write them.

Its configuration: records, slices, and `fails_at`, the number of the record before which it fails; `database` reads the
records from a table instead of making them.
"""
import sqlite3
import sys

from airbyte_cdk.entrypoint import launch
from airbyte_cdk.models import ConnectorSpecification, SyncMode
from airbyte_cdk.sources import AbstractSource
from airbyte_cdk.sources.streams import CheckpointMixin, Stream

WORDS = "alpha delta golf juliet mike papa charlie foxtrot india lima oscar bravo echo hotel kilo november".split()


class Messages(CheckpointMixin, Stream):
    name = "messages"
    primary_key = "id"
    cursor_field = "id"

    def __init__(self, config):
        self.records, self.slices = config["records"], config.get("slices", 24)
        self.fails_at, self.database = config.get("fails_at"), config.get("database")
        self._state = {}

    @property
    def state(self):
        return self._state

    @state.setter
    def state(self, value):
        self._state = value

    def get_json_schema(self):
        return {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {
            "id": {"type": "integer"}, "ts": {"type": "string", "format": "date-time"}, "text": {"type": "string"},
            "reply_count": {"type": "integer"}, "edited": {"type": ["null", "boolean"]}}}

    def stream_slices(self, *, sync_mode, cursor_field=None, stream_state=None):
        done = (stream_state or {}).get("id", 0)
        size = -(-self.records // self.slices)
        for begin in range(0, self.records, size):
            end = min(begin + size, self.records)
            if end > done:
                yield {"begin": max(begin, done) + 1, "end": end}

    def read_records(self, sync_mode, cursor_field=None, stream_slice=None, stream_state=None):
        if stream_slice is None:
            return
        begin, end = stream_slice["begin"], stream_slice["end"]
        rows = self.stored(begin, end) if self.database else self.made(begin, end)
        for record in rows:
            if record["id"] == self.fails_at:
                raise RuntimeError("injected failure")
            yield record
        self._state = {"id": end}

    def stored(self, begin, end):
        connection = sqlite3.connect(self.database)
        names = ["id", "ts", "text", "reply_count", "edited"]
        query = f"SELECT {', '.join(names)} FROM messages WHERE id BETWEEN ? AND ? ORDER BY id"
        for row in connection.execute(query, (begin, end)):
            yield dict(zip(names, row))
        connection.close()

    def made(self, begin, end):
        for number in range(begin, end + 1):
            yield record(number)


def record(number):
    return {
        "id": number, "ts": f"2024-01-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000Z",
        "text": " ".join(WORDS[(number + i) % len(WORDS)] for i in range(16)), "reply_count": number % 5,
        "edited": number % 2 == 0}


class MessagesSource(AbstractSource):
    def check_connection(self, logger, config):
        return (True, None) if config["records"] >= 0 else (False, "records must not be negative")

    def streams(self, config):
        return [Messages(config)]

    def spec(self, logger):
        return ConnectorSpecification(connectionSpecification={
            "$schema": "http://json-schema.org/draft-07/schema#", "title": "Messages", "type": "object",
            "required": ["records"], "additionalProperties": True, "properties": {"records": {"type": "integer"}}})


if __name__ == "__main__":
    launch(MessagesSource(), sys.argv[1:])
