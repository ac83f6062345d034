# SPDX-License-Identifier: Apache-2.0
"""An SDK tap into SDK targets (controls) and into ours."""
from cases import case, control
from difference import Difference, expect, expect_equal, expect_rows, lines, table
from messages import last_state
from place import batch_config
from sample import ledger, orders, people

MODES = [("RECORD",), ("BATCH",)]


def sdk_messages(place, mode, *streams, state=None):
    """What the SDK tap writes, checked against what it holds; returns it with the folder of its batch files."""
    folder = place.new_folder("batches")
    config = {"folder": str(place.tap_folder(*streams))} | (batch_config(folder) if mode == "BATCH" else {})
    done = place.sdk("tap_sample", config, **({"state": state} if state else {}))
    messages = done.messages
    kinds = {one["type"] for one in messages.all}
    expect((mode in kinds) and len(kinds & {"RECORD", "BATCH"}) == 1, f"the SDK tap wrote {kinds}")
    return messages, folder


@control("sdk tap to sdk table target, {}", *MODES)
def sdk_to_table(place, mode):
    streams = [people(), orders()]
    messages, _ = sdk_messages(place, mode, *streams)
    path = place.path("out.db")
    done = place.sdk("target_table", {"sqlalchemy_url": f"sqlite:///{path}"}, messages.output)
    for stream in streams:
        expect_rows(table(path, stream.name), stream, "table", is_exact=False)
    expect_equal(last_state(done.output), messages.final_state(), "the state")


@control("sdk tap to sdk lines target, {}", *MODES)
def sdk_to_lines(place, mode):
    streams = [people(), orders(), ledger()]
    messages, _ = sdk_messages(place, mode, *streams)
    folder = place.new_folder("out")
    done = place.sdk("target_lines", {"folder": str(folder)}, messages.output)
    for stream in streams:
        expect_rows(lines(folder / f"{stream.name}.jsonl"), stream, "file")
    expect_equal(last_state(done.output), messages.final_state(), "the state")


@control("sdk tap to target-jsonl")
def sdk_to_classic(place):
    stream = people()
    messages, _ = sdk_messages(place, "RECORD", stream)
    expect_rows(lines(place.target_jsonl(messages.output)), stream, "file", is_exact=False)


@control("target-jsonl refuses BATCH")
def classic_refuses(place):
    messages, _ = sdk_messages(place, "BATCH", people())
    try:
        place.target_jsonl(messages.output)
    except Difference:
        return
    raise Difference("it ended well")


@control("a lost, a changed and a repeated row are found")
def differences_are_found(place):
    stream = people(20)
    damaged = {
        "lost": stream.rows[:-1],
        "changed": [{**stream.rows[0], "name": "?"}, *stream.rows[1:]],
        "repeated": stream.rows + stream.rows[:1],
        "reordered": stream.rows[::-1],
        "further field": [{**row, "more": 1} for row in stream.rows],
        "null": [{**row, "secret": None} for row in stream.rows],
    }
    expect_rows(stream.rows, stream, "rows")
    for name, rows in damaged.items():
        try:
            expect_rows(rows, stream, "rows")
        except Difference:
            continue
        raise Difference(f"not found: {name}")


@case("sdk tap to our sqlite target, {}", *MODES)
def to_our_table(place, mode):
    streams = [people(), orders()]
    messages, folder = sdk_messages(place, mode, *streams)
    path = place.path("out.db")
    done = place.ours("target", "sqlite", {"path": str(path), "batch_roots": [str(folder)]}, messages.output)
    for stream in streams:
        expect_rows(table(path, stream.name), stream, "table", is_exact=False)
    expect_equal(last_state(done.output), messages.final_state(), "the state")


@case("sdk tap to our files target, {} {}", *[(mode, ending) for (mode,) in MODES for ending in ["jsonl", "jsonl.gz"]])
def to_our_files(place, mode, ending):
    streams = [people(), orders(), ledger()]
    messages, folder = sdk_messages(place, mode, *streams)
    out = place.path("out")
    config = {"path": f"{out}/{{stream}}.{ending}", "batch_roots": [str(folder)]}
    done = place.ours("target", "files", config, messages.output)
    for stream in streams:
        expect_rows(lines(out / f"{stream.name}.{ending}"), stream, "file")
    expect_equal(last_state(done.output), messages.final_state(), "the state")


@case("sdk tap to our sqlite target, upsert, {} twice", *MODES)
def to_our_table_again(place, mode):
    first, second = people(), people()
    second.rows = [{**row, "name": f"new {row['name']}"} for row in second.rows]
    path = place.path("out.db")
    for stream in [first, second]:
        messages, folder = sdk_messages(place, mode, stream)
        config = {"path": str(path), "load_method": "upsert", "batch_roots": [str(folder)]}
        place.ours("target", "sqlite", config, messages.output)
        expect_rows(table(path, stream.name), stream, "table", is_exact=False)


@case("a batch file outside of the roots is refused")
def outside(place):
    messages, _ = sdk_messages(place, "BATCH", people())
    config = {"path": str(place.path("out.db")), "batch_roots": [str(place.new_folder("elsewhere"))]}
    done = place.ours("target", "sqlite", config, messages.output, is_failure=True)
    expect_equal(last_state(done.output), None, "the state")


@case("a truncated batch file fails and leaves no state after it")
def truncated(place):
    messages, folder = sdk_messages(place, "BATCH", orders())
    with open(messages.files()[-1], "r+b") as file:
        file.truncate(file.seek(0, 2) // 2)
    config = {"path": str(place.path("out.db")), "batch_roots": [str(folder)]}
    done = place.ours("target", "sqlite", config, messages.output, is_failure=True)
    expect(last_state(done.output) != messages.final_state(), "the state after the damaged file left all the same")


@case("the state of our target continues an sdk tap, {}", *MODES)
def state_goes_back(place, mode):
    early, late = orders(1, 120), orders(121, 150)
    folder, batches = place.tap_folder(early), place.new_folder("batches")
    tap = {"folder": str(folder)} | (batch_config(batches) if mode == "BATCH" else {})
    path = place.path("out.db")
    target = {"path": str(path), "load_method": "upsert", "batch_roots": [str(batches)]}
    state = last_state(place.ours("target", "sqlite", target, place.sdk("tap_sample", tap).output).output)
    place.add_to_tap_folder(folder, late)
    messages = place.sdk("tap_sample", tap, state=state).messages
    # The SDK reads its bookmark's own row again.
    expect_equal([row["id"] for row in messages.rows("orders")], list(range(120, 151)), "what run 2 reads")
    done = place.ours("target", "sqlite", target, messages.output)
    expect_rows(table(path, "orders"), orders(1, 150), "table", is_exact=False)
    expect_equal(last_state(done.output), messages.final_state(), "the state")
