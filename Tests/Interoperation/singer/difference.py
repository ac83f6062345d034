# SPDX-License-Identifier: Apache-2.0
"""Compares rows that went through programs with those that a tap held."""
import datetime
import json
import pathlib
import sqlite3
from decimal import Decimal

from messages import opened
from sample import parsed


class Difference(Exception):
    """Something is not as it should be; the text says what."""


def expect(truth, text):
    if not truth:
        raise Difference(text)


def expect_equal(found, wanted, what):
    expect(found == wanted, f"{what} is {shown(found)} where {shown(wanted)} should be")


def shown(value, limit=300):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else f"{text[:limit]}…"


def canonical(value, schema, is_exact):
    """One form for all the ways in which files and tables keep a value; `is_exact` where doubles would lose digits."""
    if value is None:
        return None
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if schema.get("format") == "date-time":
        time = datetime.datetime.fromisoformat(value)
        expect(time.tzinfo is not None, f"the time {value} has no zone")
        return time.astimezone(datetime.timezone.utc)
    if "boolean" in kinds:
        expect(value in (0, 1, True, False), f"{value!r} is no boolean")
        return bool(value)
    if "integer" in kinds:
        return int(value)
    if "number" in kinds:
        return number(value, is_exact)
    if schema.get("contentMediaType") == "application/json":
        expect(isinstance(value, str), f"{value!r} is not JSON text")
        return json.dumps(tree(parsed(value), is_exact), sort_keys=True)
    if "object" in kinds or "array" in kinds:
        return json.dumps(tree(parsed(value) if isinstance(value, str) else value, is_exact), sort_keys=True)
    expect(isinstance(value, str), f"{value!r} is no text")
    return value


def number(value, is_exact):
    return Decimal(str(value)).normalize() if is_exact else float(value)


def tree(value, is_exact):
    if isinstance(value, dict):
        return {key: tree(inner, is_exact) for key, inner in value.items()}
    if isinstance(value, list):
        return [tree(inner, is_exact) for inner in value]
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return str(number(value, is_exact))
    return value


def expect_rows(found, stream, what, is_exact=True, is_sorted=False):
    """The rows are those of the stream: all, once each, in their order, with no other fields."""
    properties = stream.schema["properties"]
    if is_sorted:
        found = sorted(found, key=lambda row: row["id"])
    for row in found:
        # Columns of metadata are the target's own affair.
        extra = [name for name in row if name not in properties and not name.startswith("_sdc_")]
        expect(not extra, f"{what}: fields that {stream.name} does not have: {extra}")
    ids = [row["id"] for row in found]
    wanted = [row["id"] for row in stream.rows]
    if ids != wanted:
        missing, more = sorted(set(wanted) - set(ids)), sorted(set(ids) - set(wanted))
        repeated = sorted({one for one in ids if ids.count(one) > 1})
        order = "" if missing or more or repeated else ", another order"
        raise Difference(
            f"{what}: {len(ids)} rows of {stream.name} where {len(wanted)} should be; missing {shown(missing)}, "
            f"unknown {shown(more)}, repeated {shown(repeated)}{order}")
    for row, original in zip(found, stream.rows):
        for name, schema in properties.items():
            ours = canonical(row.get(name), schema, is_exact)
            theirs = canonical(original.get(name), schema, is_exact)
            expect_equal(ours, theirs, f"{what}: {name} of {stream.name} {original['id']}")


def table(path, name):
    """The rows of a table, by key."""
    expect(pathlib.Path(path).exists(), f"there is no database {path}")
    database = sqlite3.connect(path)
    try:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(f'SELECT * FROM "{name}" ORDER BY id')]
    except sqlite3.Error as error:
        raise Difference(f"table {name}: {error}") from error
    finally:
        database.close()


def lines(path):
    """The records of a file of JSON lines, plain or compressed, or of all such files of a folder by name."""
    path = pathlib.Path(path)
    files = [path]
    if path.is_dir():
        files = sorted(
            file for file in path.rglob("*.jsonl*") if not file.name.startswith(".") and "manifest" not in file.name)
    expect(files and all(file.exists() for file in files), f"there is no file {path}")
    return [parsed(text) for file in files for text in opened(file).decode().split("\n") if text]
