# SPDX-License-Identifier: Apache-2.0
"""Beside rows: columns of metadata, flattening, versions of a table; with RECORD and BATCH messages alike."""
import datetime
import re

from cases import case, control
from cases_from_sdk import MODES, sdk_messages
from cases_to_sdk import our_messages
from difference import expect, expect_equal, expect_rows, lines, table
from sample import people

METADATA = [
    "_sdc_extracted_at", "_sdc_received_at", "_sdc_batched_at", "_sdc_deleted_at", "_sdc_sequence", "_sdc_table_version",
    "_sdc_sync_started_at"]


def expect_metadata(rows, own, times):
    """The seven columns in their order, after the row's own; times with their zone, numbers in milliseconds."""
    for row in rows:
        expect_equal(list(row), own + METADATA, "the columns")
        for name in times:
            moment = datetime.datetime.fromisoformat(row[name])
            expect(moment.tzinfo is not None, f"{name} has no zone: {row[name]}")
        for name in ["_sdc_sequence", "_sdc_sync_started_at"]:
            expect(isinstance(row[name], int) and row[name] > 10**12, f"{name} is {row[name]!r}")
        expect_equal(row["_sdc_deleted_at"], None, "_sdc_deleted_at")


@control("metadata of an sdk target")
def sdk_metadata(place):
    stream, folder = people(), place.new_folder("out")
    messages, _ = sdk_messages(place, "RECORD", stream)
    place.sdk("target_lines", {"folder": str(folder), "add_record_metadata": True}, messages.output)
    rows = lines(folder / "people.jsonl")
    expect_metadata(rows, list(stream.schema["properties"]), METADATA[:3])
    expect_rows(rows, stream, "file")


@case("metadata of our files target, {}", *MODES)
def our_metadata(place, mode):
    stream, out = people(), place.path("out")
    messages, folder = sdk_messages(place, mode, stream)
    config = {"path": f"{out}/{{stream}}.jsonl", "batch_roots": [str(folder)], "add_record_metadata": True}
    place.ours("target", "files", config, messages.output)
    rows = lines(out / "people.jsonl")
    # The SDK's BATCH messages do not say when their records were extracted.
    expect_metadata(rows, list(stream.schema["properties"]), METADATA[0 if mode == "RECORD" else 1:3])
    expect_rows(rows, stream, "file")
    if mode == "RECORD":
        said = [datetime.datetime.fromisoformat(one["time_extracted"]) for one in messages.of("RECORD")]
        kept = [datetime.datetime.fromisoformat(row["_sdc_extracted_at"]) for row in rows]
        expect_equal(kept, said, "the times of extraction")


DEPTHS = [(1,), (2,)]


def flattening(depth):
    return {"flattening_enabled": True, "flattening_max_depth": depth}


@control("flattening of an sdk tap, depth {}", *DEPTHS)
def sdk_flattening(place, depth):
    config = {"folder": str(place.tap_folder(people()))} | flattening(depth)
    messages = place.sdk("tap_sample", config).messages
    flat = people().flattened(depth)
    expect_equal(list(messages.schema("people")["schema"]["properties"]), list(flat.schema["properties"]), "the columns")
    # Where a nested value is null, the SDK sends its name too, which its own schema does not have.
    rows = [
        {name: value for name, value in row.items() if name in flat.schema["properties"] or value is not None}
        for row in messages.records("people")]
    expect_rows(rows, flat, "messages")


@case("flattening of our files target, {}, depth {}", *[(mode, depth) for (mode,) in MODES for (depth,) in DEPTHS])
def our_flattening(place, mode, depth):
    messages, folder = sdk_messages(place, mode, people())
    out = place.path("out")
    config = {"path": f"{out}/{{stream}}.jsonl", "batch_roots": [str(folder)]} | flattening(depth)
    place.ours("target", "files", config, messages.output)
    expect_rows(lines(out / "people.jsonl"), people().flattened(depth), "file")


@case("flattening of our files tap, {}, depth {}", *[(mode, depth) for (mode,) in MODES for (depth,) in DEPTHS])
def our_tap_flattening(place, mode, depth):
    messages, _ = our_messages(place, "files", mode, "gzip", people(), config=flattening(depth))
    flat = people().flattened(depth)
    expect_rows(messages.rows("people"), flat, "messages")
    found = messages.schema("people")["schema"]["properties"]
    expect_equal(set(found), set(flat.schema["properties"]), "the columns")
    folder = place.new_folder("out")
    place.sdk("target_lines", {"folder": str(folder)}, messages.output)
    expect_rows(lines(folder / "people.jsonl"), flat, "file")


def versioned(place, stream, version):
    """What the SDK tap writes for a whole table, with a version of our choice: its own is the second of the clock."""
    config = {"folder": str(place.tap_folder(stream)), "emit_activate_version_messages": True}
    done = place.sdk("tap_sample", config)
    expect(done.messages.of("ACTIVATE_VERSION"), "the SDK tap wrote no ACTIVATE_VERSION")
    return re.sub(rb'"version":\d+', b'"version":%d' % version, done.output)


# A tap that changes from milliseconds to seconds has a lower version, which is the new one all the same.
VERSIONS = [("growing", 1, 2), ("shrinking", 2000, 2)]


@case("rows of an earlier version are removed by our sqlite target, {} versions", *VERSIONS)
def hard_delete(place, _, first, second):
    path = place.path("out.db")
    config = {"path": str(path), "add_record_metadata": True, "hard_delete": True}
    place.ours("target", "sqlite", config, versioned(place, people(250), first))
    expect_rows(table(path, "people"), people(250), "run 1", is_exact=False)
    place.ours("target", "sqlite", config, versioned(place, people(200), second))
    expect_rows(table(path, "people"), people(200), "run 2", is_exact=False)


@case("rows of an earlier version are marked by our sqlite target, {} versions", *VERSIONS)
def soft_delete(place, _, first, second):
    path = place.path("out.db")
    config = {"path": str(path), "add_record_metadata": True, "load_method": "upsert"}
    place.ours("target", "sqlite", config, versioned(place, people(250), first))
    place.ours("target", "sqlite", config, versioned(place, people(200), second))
    rows = table(path, "people")
    expect_rows(rows, people(250), "all rows", is_exact=False)
    expect_equal([row["id"] for row in rows if row["_sdc_deleted_at"]], list(range(201, 251)), "what is marked")
