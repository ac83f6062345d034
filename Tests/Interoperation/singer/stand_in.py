# SPDX-License-Identifier: Apache-2.0
"""The smallest program that does what the cases ask of ours, slowly and for small data.

Two uses: it shows that each case can pass, whatever state our program is in; and with STAND_IN_FAULT it does one thing
wrong, which the cases have to notice (interoperate.py --guards names the faults).
"""
import argparse
import datetime
import gzip
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import uuid
from decimal import Decimal

from messages import opened
from sample import flat_properties, flat_row, parsed

FAULT = os.environ.get("STAND_IN_FAULT")
CAPABILITIES = {"tap": ["catalog", "properties", "state", "discover", "about", "batch"], "target": ["about", "batch"]}
CELL = re.compile(r'("(?:[^"]|"")*"|[^,\n]*)([,\n])')


def text_of(value, is_ascii=False):
    """JSON text; decimals are the digits that they are, as are those in nested values."""
    if isinstance(value, Decimal):
        return str(float(value)) if FAULT == "digits" else str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{text_of(key, is_ascii)}:{text_of(one, is_ascii)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(text_of(one, is_ascii) for one in value) + "]"
    return json.dumps(value, ensure_ascii=is_ascii)


def emit(message, is_ascii=False):
    sys.stdout.write(text_of(message, is_ascii) + "\n")
    sys.stdout.flush()


# Batch files


class Batches:
    """Records of a stream, sent as messages or collected into files."""

    def __init__(self, stream, config):
        self.stream, self.config, self.waiting = stream, config, []
        self.batch = None if FAULT == "as-records" else config.get("batch_config")
        self.dropped = [name for step in config.get("processors", []) for name in step["drop"]]
        self.flattened = flattener(config)

    def add(self, record, names):
        is_leaking = FAULT == "leak" and self.batch
        record = {
            name: value for name, value in record.items() if is_leaking or name in names and name not in self.dropped}
        record = self.flattened(record)
        if self.batch is None:
            emit({"type": "RECORD", "stream": self.stream, "record": record}, self.config.get("ensure_ascii", False))
            return False
        self.waiting.append(record)
        if len(self.waiting) < self.batch.get("batch_size", 10_000):
            return False
        self.send()
        return True

    def send(self):
        if not self.waiting:
            return
        encoding = self.batch["encoding"]
        folder = pathlib.Path(self.batch["storage"]["root"].removeprefix("file://"))
        ending = {"gzip": ".gz", "zstd": ".zst"}.get(encoding["compression"], "")
        prefix = self.batch["storage"].get("prefix", "")
        path = folder / f"{prefix}{self.stream}-{uuid.uuid4()}.{encoding['format']}{ending}"
        is_ascii = self.config.get("ensure_ascii", False) and FAULT != "not-ascii"
        if encoding["format"] == "csv":
            rows = [list(self.waiting[0])] + [list(row.values()) for row in self.waiting]
            text = "".join(",".join(cell(value) for value in row) + "\n" for row in rows)
        else:
            text = "".join(text_of(record, is_ascii) + "\n" for record in self.waiting)
        data = text.encode()
        if encoding["compression"] == "gzip":
            data = gzip.compress(data)
        elif encoding["compression"] == "zstd":
            data = subprocess.run(["zstd", "-cq"], input=data, capture_output=True, check=True).stdout
        path.write_bytes(data)
        emit({"type": "BATCH", "stream": self.stream, "encoding": encoding, "manifest": [f"file://{path}"]})
        self.waiting = []


def cell(value):
    """A null is an empty cell without quotes."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else text_of(value)
    return '"' + text.replace('"', '""') + '"'


def read_batch(message, config, properties):
    """The records of a BATCH message's files, which must be within the roots."""
    for url in message.get("manifest") or [message["filepath"]]:
        path = pathlib.Path(url.removeprefix("file://localhost").removeprefix("file://")).resolve()
        if not path.exists():
            path = pathlib.Path(urllib.parse.unquote(str(path)))
        if url.startswith("http:"):
            host = urllib.parse.urlparse(url).netloc
            if FAULT != "ask-anyone" and host not in config.get("batch_hosts", []):
                sys.exit(f"error: {host} is not one of batch_hosts")
            with urllib.request.urlopen(url, timeout=10) as answer:
                yield from (parsed(line) for line in gzip.decompress(answer.read()).decode().split("\n") if line)
            continue
        roots = [pathlib.Path(root).resolve() for root in config.get("batch_roots", [])]
        if FAULT != "unconfined" and not any(root in path.parents for root in roots):
            sys.exit(f"error: {path} is not within batch_roots")
        text = opened(path).decode()
        if message.get("encoding", {}).get("format") != "csv":
            records = [parsed(line) for line in text.split("\n") if line]
            if "filepath" in message:
                records = [record["record"] for record in records]
        else:
            cells = CELL.findall(text)
            width = next(number for number, one in enumerate(cells) if one[1] == "\n") + 1
            values = [None if raw == "" else raw[1:-1].replace('""', '"') for raw, _ in cells]
            rows = [values[begin:begin + width] for begin in range(0, len(values), width)]
            records = [
                {name: value if value is None or "string" in properties[name]["type"] else parsed(value)
                 for name, value in zip(rows[0], row)} for row in rows[1:]]
        yield from records[:-1] if FAULT == "lose" else records


def flattener(config):
    """What turns nested fields into fields of their own, once a schema has said which are objects."""
    if not config.get("flattening_enabled"):
        return lambda record, properties=None: record
    known = {}

    def flattened(record, properties=None):
        if properties is not None:
            known.update(properties)
            return flat_properties(properties, config["flattening_max_depth"])
        return flat_row(record, known, config["flattening_max_depth"])

    return flattened


# Taps


class Table:
    """A stream of an SQLite file."""

    def __init__(self, database, name):
        self.database, self.name = database, name
        columns = database.execute(f'PRAGMA table_info("{name}")').fetchall()
        kinds = {"INTEGER": "integer", "REAL": "number", "BOOLEAN": "boolean"}
        self.kinds = {column[1]: kinds.get(column[2], "string") for column in columns}
        self.keys = [column[1] for column in columns if column[5]]
        self.schema = {"type": "object", "properties": {
            name: {"type": [kind] if name in self.keys else [kind, "null"]} for name, kind in self.kinds.items()}}

    def rows(self, cursor, after):
        where, order = ("", "rowid") if cursor is None else (f'WHERE ? IS NULL OR "{cursor}" > ?', f'"{cursor}"')
        values = () if cursor is None else (after, after)
        for row in self.database.execute(f'SELECT * FROM "{self.name}" {where} ORDER BY {order}', values):
            yield {
                name: bool(value) if kind == "boolean" and value is not None else value
                for (name, kind), value in zip(self.kinds.items(), row)}


class Lines:
    """A stream of a file of JSON lines."""

    def __init__(self, config):
        self.path = pathlib.Path(config["path"])
        self.name, self.keys, self.schema = self.path.stem, [], config["schema"]

    def rows(self, cursor, after):
        return (parsed(line) for line in opened(self.path).decode().split("\n") if line)


def tables(config):
    if not os.path.exists(config["path"]):
        sys.exit("error: there is no such file")
    database = sqlite3.connect(config["path"])
    every = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    names = config.get("table") or [name for (name,) in every]
    return [Table(database, name) for name in ([names] if isinstance(names, str) else names)]


def selected(catalog, stream):
    """The names that the catalog leaves in; None when the stream itself is left out."""
    names = list(stream.schema["properties"])
    if catalog is None:
        return names
    entry = next((one for one in catalog["streams"] if one["tap_stream_id"] == stream.name), None)
    if entry is None:
        return None
    said = {tuple(one["breadcrumb"]): one["metadata"] for one in entry["metadata"]}
    if said.get((), {}).get("selected") is False:
        return None
    return [name for name in names if said.get(("properties", name), {}).get("selected") is not False]


def tap(options, config):
    streams = tables(config) if options.connector == "sqlite" else [Lines(config)]
    if options.discover:
        entries = [
            {"tap_stream_id": stream.name, "stream": stream.name, "schema": stream.schema, "key_properties": stream.keys,
             "metadata": [{"breadcrumb": [], "metadata": {"inclusion": "available", "selected-by-default": True}}] + [
                 {"breadcrumb": ["properties", name],
                  "metadata": {"inclusion": "automatic" if name in stream.keys else "available"}}
                 for name in stream.schema["properties"]]} for stream in streams]
        emit({"streams": entries})
        return
    catalog = read(options.catalog or options.properties)
    bookmarks = dict((read(options.state) or {}).get("bookmarks", {}))
    for stream in streams:
        names = selected(catalog, stream)
        if names is None:
            continue
        batches = Batches(stream.name, config)
        properties = {
            name: value for name, value in stream.schema["properties"].items()
            if name in names and name not in batches.dropped}
        properties = batches.flattened(None, properties) if config.get("flattening_enabled") else properties
        emit({"type": "SCHEMA", "stream": stream.name, "schema": {**stream.schema, "properties": properties},
              "key_properties": stream.keys})
        cursor = config.get("cursor", {}).get("column")
        after = None if FAULT == "forget" else bookmarks.get(stream.name, {}).get("value")
        for row in list(stream.rows(cursor, after))[: 1 if options.test else None]:
            after = row.get(cursor)
            if batches.add(row, names):
                bookmarks[stream.name] = {"value": after}
                emit({"type": "STATE", "value": {"bookmarks": bookmarks}})
        batches.send()
        bookmarks[stream.name] = {"value": after}
        emit({"type": "STATE", "value": {"bookmarks": bookmarks}})


# Targets


class TableWriter:
    """Rows into an SQLite table."""

    def __init__(self, config, stream, schema, keys):
        self.config = config
        self.database = sqlite3.connect(config["path"])
        self.names = list(schema["properties"])
        unique = f", PRIMARY KEY ({', '.join(keys)})" if config.get("load_method") == "upsert" else ""
        self.database.execute(f'CREATE TABLE IF NOT EXISTS "{stream}" ({", ".join(self.names)}{unique})')
        self.insert = f'INSERT OR REPLACE INTO "{stream}" VALUES ({", ".join("?" for _ in self.names)})'

    def write(self, record):
        def bound(value):
            if isinstance(value, (dict, list)):
                return text_of(value)
            if isinstance(value, Decimal):
                return float(value)
            return value

        self.database.execute(self.insert, [bound(record.get(name)) for name in self.names])

    def commit(self):
        self.database.commit()

    def activate(self, stream, version):
        """Removes or marks what another version has brought."""
        old = "<" if FAULT == "keep-versions" else "IS NOT"
        change = f'UPDATE "{stream}" SET _sdc_deleted_at = 1'
        if self.config.get("hard_delete"):
            change = f'DELETE FROM "{stream}"'
        self.database.execute(f"{change} WHERE _sdc_table_version {old} ?", [version])
        self.database.commit()


class LinesWriter:
    """Rows into a file of JSON lines."""

    def __init__(self, config, stream, schema, keys):
        path = config["path"].replace("{stream}", stream)
        pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.file = (gzip.open if path.endswith(".gz") else open)(path, "wt", encoding="utf-8")

    def write(self, record):
        self.file.write(text_of(record) + "\n")

    def commit(self):
        self.file.flush()


METADATA = [
    "_sdc_extracted_at", "_sdc_received_at", "_sdc_batched_at", "_sdc_deleted_at", "_sdc_sequence", "_sdc_table_version",
    "_sdc_sync_started_at"]


def metadata(message):
    """The columns that tell when and how a record came."""
    if FAULT == "null-metadata":
        return dict.fromkeys(METADATA)
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    sequence = round(time.time() * 1000)
    extracted, version = message.get("time_extracted"), message.get("version")
    return dict(zip(METADATA, [extracted, now, now, None, sequence, version, sequence]))


class Received:
    """A stream of a target: what happens to its records before they are written."""

    def __init__(self, kind, config, schema):
        self.config, self.flattened = config, flattener(config)
        self.properties = schema["schema"]["properties"]
        flat = self.flattened(None, self.properties) if config.get("flattening_enabled") else self.properties
        names = list(flat) + (METADATA if config.get("add_record_metadata") else [])
        self.writer = kind(config, schema["stream"], {"properties": dict.fromkeys(names)}, schema["key_properties"])
        self.version = None

    def take(self, record, message):
        record = self.flattened(record)
        if self.config.get("add_record_metadata"):
            record = record | metadata(message)
        self.writer.write(record)


def target(options, config):
    streams = {}
    kind = TableWriter if options.connector == "sqlite" else LinesWriter
    messages = [parsed(line) for line in sys.stdin.buffer.read().decode().split("\n") if line]
    if FAULT == "early-state":
        messages.sort(key=lambda message: message["type"] not in ("STATE", "SCHEMA"))
    if FAULT == "records-first":
        messages.sort(key=lambda message: ["SCHEMA", "RECORD", "BATCH", "STATE"].index(message["type"]))
    for message in messages:
        name = message.get("stream")
        if message["type"] == "SCHEMA":
            if name not in streams:
                streams[name] = Received(kind, config, message)
        elif message["type"] == "RECORD":
            streams[name].take(message["record"], message)
        elif message["type"] == "BATCH":
            for record in read_batch(message, config, streams[name].properties):
                streams[name].take(record, message)
        elif message["type"] == "ACTIVATE_VERSION":
            streams[name].version = message["version"]
        elif message["type"] == "STATE":
            for stream in streams.values():
                stream.writer.commit()
            emit({} if FAULT == "rewrite-state" else message["value"])
    for name, stream in streams.items():
        stream.writer.commit()
        if stream.version is not None:
            stream.writer.activate(name, stream.version)


# Filters, and what is asked before a run


def pack_or_unpack(is_packing, config):
    batches, names = {}, {}
    dropped = [name for step in config.get("processors", []) for name in step["drop"]]
    for line in sys.stdin.buffer.read().decode().split("\n"):
        if not line:
            continue
        message = parsed(line)
        stream, kind = message.get("stream"), message["type"]
        if kind == "SCHEMA":
            for name in dropped:
                message["schema"]["properties"].pop(name, None)
            names[stream] = list(message["schema"]["properties"])
            settings = config if is_packing else {name: value for name, value in config.items() if name != "batch_config"}
            batches.setdefault(stream, Batches(stream, settings))
        elif kind == "RECORD":
            batches[stream].add(message["record"], names[stream])
            continue
        elif kind == "BATCH":
            records = list(read_batch(message, config, {}))
            for record in records + (records[:1] if FAULT == "repeat" else []):
                batches[stream].add(record, names[stream])
            continue
        elif is_packing:
            for one in batches.values():
                one.send()
        emit(message)


def about(options):
    names = ["path", "batch_config", "batch_roots"]
    emit({"name": f"{options.verb}-{options.connector}", "description": "a stand-in", "version": "0",
          "capabilities": CAPABILITIES[options.verb],
          "settings": {"type": "object", "properties": {name: {"type": "string"} for name in names}}})


def check(words):
    done = subprocess.run(words, capture_output=True, check=True)
    known = set()
    for line in done.stdout.decode().split("\n"):
        message = parsed(line) if line else {"type": ""}
        if message["type"] == "SCHEMA":
            known.add(message["stream"])
        elif "stream" in message and message["stream"] not in known:
            sys.exit(f"error: {message['type']} before the SCHEMA of {message['stream']}")


def read(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8")) if path else None


def main():
    if sys.argv[1] == "singer":
        check(sys.argv[4:])
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=["tap", "target", "pack", "unpack"])
    parser.add_argument("connector", nargs="?")
    for letter, name in [("c", "config"), ("s", "state"), ("p", "properties"), (None, "catalog"), (None, "format")]:
        parser.add_argument(*([f"-{letter}"] if letter else []), f"--{name}")
    for name in ["discover", "about", "test"]:
        parser.add_argument(f"--{name}", action="store_true")
    options = parser.parse_args()
    config = read(options.config) or {}
    if options.about:
        about(options)
    elif options.verb in ("pack", "unpack"):
        pack_or_unpack(options.verb == "pack", config)
    else:
        {"tap": tap, "target": target}[options.verb](options, config)


main()
