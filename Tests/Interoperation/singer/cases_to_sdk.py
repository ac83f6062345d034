# SPDX-License-Identifier: Apache-2.0
"""Our taps into SDK targets, the classic one and ours."""
from cases import case
from difference import expect, expect_equal, expect_rows, lines, table
from messages import last_state
from place import PROGRAM, batch_config
from sample import ledger, orders, people

# RECORD; BATCH as the SDK reads it.
MODES = [("RECORD", "none"), ("BATCH", "gzip"), ("BATCH", "none")]
CONNECTORS = ["sqlite", "files"]


def our_messages(place, connector, mode, compression, *streams, config=None, state=None, catalog=None):
    """What our tap writes; each stream has a run of its own for files, which are one stream each."""
    folder = place.new_folder("batches")
    common = {**(config or {})} | (batch_config(folder, compression) if mode == "BATCH" else {})
    files = {name: value for name, value in [("state", state), ("catalog", catalog)] if value}
    if connector == "sqlite":
        place_of = {"path": str(place.database(*streams)), "table": [stream.name for stream in streams]}
    else:
        expect(len(streams) == 1, "one stream a run")
        place_of = {"path": str(place.lines_file(streams[0])), "schema": streams[0].schema}
    messages = place.ours("tap", connector, place_of | common, **files).messages
    kinds = {one["type"] for one in messages.all}
    expect(mode in kinds and len(kinds & {"RECORD", "BATCH"}) == 1, f"our tap wrote {sorted(kinds)}")
    for path in messages.files():
        with open(path, "rb") as file:
            expect_equal(file.read(2) == b"\x1f\x8b", compression == "gzip", f"whether {path} is gzip")
    return messages, folder


def every(*more):
    return [(connector, mode, compression, *more) for connector in CONNECTORS for mode, compression in MODES]


def streams_of(connector):
    return [people(), orders()] if connector == "sqlite" else [people()]


@case("our {} tap to sdk table target, {} {}", *every())
def to_table(place, connector, mode, compression):
    streams = streams_of(connector)
    messages, _ = our_messages(place, connector, mode, compression, *streams)
    path = place.path("out.db")
    done = place.sdk("target_table", {"sqlalchemy_url": f"sqlite:///{path}"}, messages.output)
    for stream in streams:
        expect_rows(table(path, stream.name), stream, "table", is_exact=False, is_sorted=True)
    expect_equal(last_state(done.output), messages.final_state(), "the state")


@case("our {} tap to sdk lines target, {} {}", *every())
def to_lines(place, connector, mode, compression):
    streams = streams_of(connector)
    messages, _ = our_messages(place, connector, mode, compression, *streams)
    folder = place.new_folder("out")
    done = place.sdk("target_lines", {"folder": str(folder)}, messages.output)
    for stream in streams:
        expect_rows(lines(folder / f"{stream.name}.jsonl"), stream, "file", is_exact=False)
    expect_equal(last_state(done.output), messages.final_state(), "the state")


@case("digits of our files tap reach the sdk lines target, {} {}", *MODES)
def digits(place, mode, compression):
    stream = ledger()
    messages, _ = our_messages(place, "files", mode, compression, stream)
    folder = place.new_folder("out")
    place.sdk("target_lines", {"folder": str(folder)}, messages.output)
    expect_rows(lines(folder / "ledger.jsonl"), stream, "file")


@case("our {} tap to target-jsonl", ("sqlite",), ("files",))
def to_classic(place, connector):
    stream = people()
    messages, _ = our_messages(place, connector, "RECORD", None, stream)
    expect_rows(lines(place.target_jsonl(messages.output)), stream, "file", is_exact=False)


@case("ensure_ascii of our {} tap, {} {}", *every())
def ascii_only(place, connector, mode, compression):
    stream = people()
    messages, _ = our_messages(place, connector, mode, compression, stream, config={"ensure_ascii": True})
    content = messages.bytes()
    expect(all(byte < 0x80 for byte in content), "there are bytes that are not ASCII")
    plain, _ = our_messages(place, connector, mode, compression, stream)
    expect(any(byte >= 0x80 for byte in plain.bytes()), "without the setting there are none either")
    folder = place.new_folder("out")
    place.sdk("target_lines", {"folder": str(folder)}, messages.output)
    expect_rows(lines(folder / "people.jsonl"), stream, "file", is_exact=False)


@case("our {} tap to our {} target, {} {}", *[
    (source, destination, mode, compression)
    for source in CONNECTORS for destination in CONNECTORS for mode, compression in [*MODES, ("BATCH", "zstd")]])
def to_ours(place, source, destination, mode, compression):
    stream = people()
    messages, folder = our_messages(place, source, mode, compression, stream)
    expect_rows(messages.rows("people"), stream, "messages", is_exact=False)
    out = place.path("out.db" if destination == "sqlite" else "out")
    path = str(out) if destination == "sqlite" else f"{out}/{{stream}}.jsonl"
    done = place.ours("target", destination, {"path": path, "batch_roots": [str(folder)]}, messages.output)
    found = table(out, "people") if destination == "sqlite" else lines(out / "people.jsonl")
    expect_rows(found, stream, "what is written", is_exact=False)
    expect_equal(last_state(done.output), messages.final_state(), "the state")


@case("digits through our files tap and target, {} {}", *MODES)
def digits_of_ours(place, mode, compression):
    stream = ledger()
    messages, folder = our_messages(place, "files", mode, compression, stream)
    out = place.path("out")
    config = {"path": f"{out}/{{stream}}.jsonl", "batch_roots": [str(folder)]}
    place.ours("target", "files", config, messages.output)
    expect_rows(lines(out / "ledger.jsonl"), stream, "file")


@case("batches of csv from our {} tap to our target", ("sqlite",), ("files",))
def csv_batches(place, connector):
    stream, folder, out = orders(), place.new_folder("batches"), place.path("out.db")
    if connector == "sqlite":
        config = {"path": str(place.database(stream)), "table": "orders"}
    else:
        config = {"path": str(place.lines_file(stream)), "schema": stream.schema}
    messages = place.ours("tap", connector, config | batch_config(folder, "none", file_format="csv")).messages
    expect_equal({one["encoding"]["format"] for one in messages.of("BATCH")}, {"csv"}, "the format")
    place.ours("target", "sqlite", {"path": str(out), "batch_roots": [str(folder)]}, messages.output)
    expect_rows(table(out, "orders"), stream, "table", is_exact=False)


@case("run 2 of our sqlite tap reads only what is new, {} {}", *MODES)
def incremental(place, mode, compression):
    early, late = orders(1, 120), orders(121, 150)
    path, batches, out = place.database(early), place.new_folder("batches"), place.path("out.db")
    tap = {"path": str(path), "table": "orders", "cursor": {"column": "updated_at"}}
    tap |= batch_config(batches, compression) if mode == "BATCH" else {}
    target = {"path": str(out), "batch_roots": [str(batches)], "load_method": "upsert"}
    first = place.ours("tap", "sqlite", tap).messages
    expect_rows(first.rows("orders"), early, "run 1", is_exact=False)
    state = last_state(place.ours("target", "sqlite", target, first.output).output)
    expect_equal(state, first.final_state(), "the state of run 1")
    again = place.ours("tap", "sqlite", tap, state=state).messages
    expect(len(again.rows("orders")) <= 1, f"run 2 reads {len(again.rows('orders'))} rows where none is new")
    place.add_to_database(path, late)
    second = place.ours("tap", "sqlite", tap, state=state).messages
    # A reader may read the rows at its bookmark again, as the SDK does; nothing earlier.
    new = [row["id"] for row in second.rows("orders")]
    expect(new in ([*range(121, 151)], [*range(120, 151)]), f"run 2 reads {new}")
    place.ours("target", "sqlite", target, second.output)
    expect_rows(table(out, "orders"), orders(1, 150), "table", is_exact=False)


@case("through pipes, our tap, pack, unpack, our target")
def piped(place):
    stream, folder, out = people(), place.new_folder("batches"), place.path("out.db")
    tap = place.json({"path": str(place.database(stream)), "table": "people"})
    pack, unpack = place.json(batch_config(folder)), place.json({"batch_roots": [str(folder)]})
    target = place.json({"path": str(out)})
    script = (
        f'set -eo pipefail; "{PROGRAM}" tap sqlite -c "{tap}" | "{PROGRAM}" pack --config "{pack}" | '
        f'"{PROGRAM}" unpack --config "{unpack}" | "{PROGRAM}" target sqlite -c "{target}"')
    done = place.run(["bash", "-c", script])
    expect_rows(table(out, "people"), stream, "table", is_exact=False)
    expect(last_state(done.output) is not None, "there is no state")
