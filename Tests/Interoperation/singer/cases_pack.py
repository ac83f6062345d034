# SPDX-License-Identifier: Apache-2.0
"""`cartload pack` and `cartload unpack` between a tap and a target of others."""
from cases import case
from cases_from_sdk import sdk_messages
from difference import expect, expect_equal, expect_rows, lines, table
from messages import last_state
from place import batch_config
from sample import ledger, orders, people


def expect_same_states(found, messages):
    """The last state passes; earlier ones may be fewer, but each is one of the tap's."""
    originals = [one["value"] for one in messages.of("STATE")]
    states = [one["value"] for one in found.of("STATE")]
    expect_equal(found.final_state(), messages.final_state(), "the last state")
    expect(all(state in originals for state in states), f"states that the tap did not write: {states}")


@case("sdk tap, RECORD, pack ({}), sdk table target", ("gzip",), ("none",))
def packed(place, compression):
    streams, folder, path = [people(), orders()], place.new_folder("batches"), place.path("out.db")
    messages, _ = sdk_messages(place, "RECORD", *streams)
    done = place.ours("pack", config=batch_config(folder, compression), data=messages.output)
    expect_equal({one["type"] for one in done.messages.all}, {"SCHEMA", "BATCH", "STATE"}, "what leaves")
    expect(len(done.messages.of("BATCH", "people")) >= 3, "250 rows in batches of 100 are fewer than 3 batches")
    expect_same_states(done.messages, messages)
    target = place.sdk("target_table", {"sqlalchemy_url": f"sqlite:///{path}"}, done.output)
    for stream in streams:
        expect_rows(table(path, stream.name), stream, "table", is_exact=False)
    expect_equal(last_state(target.output), messages.final_state(), "the state")


@case("sdk tap, BATCH, unpack, target-jsonl")
def unpacked(place):
    stream = people()
    messages, folder = sdk_messages(place, "BATCH", stream)
    done = place.ours("unpack", config={"batch_roots": [str(folder)]}, data=messages.output)
    expect_equal({one["type"] for one in done.messages.all}, {"SCHEMA", "RECORD", "STATE"}, "what leaves")
    expect_same_states(done.messages, messages)
    expect_rows(lines(place.target_jsonl(done.output)), stream, "file", is_exact=False)


@case("pack and unpack give back every digit, {}", ("gzip",), ("zstd",), ("none",))
def there_and_back(place, compression):
    streams, folder = [people(), orders(), ledger()], place.new_folder("batches")
    messages, _ = sdk_messages(place, "RECORD", *streams)
    packed = place.ours("pack", config=batch_config(folder, compression), data=messages.output)
    done = place.ours("unpack", config={"batch_roots": [str(folder)]}, data=packed.output)
    for stream in streams:
        expect_rows(packed.messages.rows(stream.name), stream, "packed")
        expect_rows(done.messages.rows(stream.name), stream, "unpacked")
        expect_equal(done.messages.schema(stream.name), messages.schema(stream.name), "the SCHEMA")
    expect_same_states(done.messages, messages)


@case("pack leaves a dropped field out, unpack too")
def dropped(place):
    messages, folder = sdk_messages(place, "BATCH", people())
    drop = {"processors": [{"drop": ["secret"]}]}
    done = place.ours("unpack", config={"batch_roots": [str(folder)]} | drop, data=messages.output)
    expect(b"secret" not in done.output and b"TOPSECRET" not in done.output, "it leaves unpack")
    records, _ = sdk_messages(place, "RECORD", people())
    packed = place.ours("pack", config=batch_config(place.new_folder("packed")) | drop, data=records.output).messages
    expect(b"TOPSECRET" not in packed.bytes() and b'"secret"' not in packed.bytes(), "it leaves pack")
