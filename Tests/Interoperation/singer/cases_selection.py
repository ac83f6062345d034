# SPDX-License-Identifier: Apache-2.0
"""What a catalog leaves out must not leave: in no message, and in no byte of a batch file."""
from cases import case, control
from difference import Difference, expect, expect_equal, expect_rows, lines
from place import batch_config
from sample import SECRET, orders, people

MODES = [("RECORD", "none"), ("BATCH", "gzip"), ("BATCH", "none"), ("BATCH", "zstd")]


def deselected(catalog, stream, field=None):
    """The catalog with a stream or one of its fields left out, in the way that Meltano does it."""
    breadcrumb = [] if field is None else ["properties", field]
    for entry in catalog["streams"]:
        if entry["tap_stream_id"] != stream:
            continue
        known = [one for one in entry["metadata"] if list(one["breadcrumb"]) == breadcrumb]
        if known:
            known[0]["metadata"]["selected"] = False
        else:
            entry["metadata"].append({"breadcrumb": breadcrumb, "metadata": {"selected": False}})
        return catalog
    raise Difference(f"the catalog has no stream {stream}: {[entry['tap_stream_id'] for entry in catalog['streams']]}")


def expect_left_out(messages):
    """No name and no value of the field leaves."""
    for text in [SECRET.encode(), b'"secret"', b"secret,", b",secret"]:
        expect(text not in messages.bytes(), f"{text.decode()} leaves, though it is not selected")


def sdk_tap(place, mode):
    folder = str(place.tap_folder(people()))
    catalog = deselected(place.sdk("tap_sample", {"folder": folder}, discover=True).catalog, "people", "secret")
    config = {"folder": folder} | (batch_config(place.new_folder("batches")) if mode == "BATCH" else {})
    return place.sdk("tap_sample", config, catalog=catalog).messages


@control("an sdk tap leaves a deselected field out, RECORD")
def sdk_leaves_out(place):
    messages = sdk_tap(place, "RECORD")
    expect_left_out(messages)
    expect_rows(messages.rows("people"), people().but_for("secret"), "messages")


@control("the leak of an sdk tap with BATCH is found")
def sdk_leaks(place):
    messages = sdk_tap(place, "BATCH")
    try:
        expect_left_out(messages)
    except Difference:
        return
    raise Difference("nothing leaked: a newer SDK, or a check that finds nothing")


def our_tap(place, connector, mode, compression, *streams):
    if connector == "sqlite":
        config = {"path": str(place.database(*streams)), "table": [stream.name for stream in streams]}
    else:
        config = {"path": str(place.lines_file(streams[0])), "schema": streams[0].schema}
    catalog = place.ours("tap", connector, config, discover=True).catalog
    return config | (batch_config(place.new_folder("batches"), compression) if mode == "BATCH" else {}), catalog


EVERY = [(connector, *mode) for connector in ["sqlite", "files"] for mode in MODES]


@case("our {} tap leaves a deselected field out, {} {}", *EVERY)
def leaves_field_out(place, connector, mode, compression):
    config, catalog = our_tap(place, connector, mode, compression, people())
    # Selected, it is there: the search below would find it.
    expect(SECRET.encode() in place.ours("tap", connector, config).messages.bytes(), "the field is never there")
    for option in ["catalog", "properties"]:
        done = place.ours("tap", connector, config, **{option: deselected(catalog, "people", "secret")})
        expect_left_out(done.messages)
        expect_rows(done.messages.rows("people"), people().but_for("secret"), option, is_exact=False)


@case("our {} tap leaves a dropped field out, {} {}", *EVERY)
def leaves_dropped_out(place, connector, mode, compression):
    config, _ = our_tap(place, connector, mode, compression, people())
    messages = place.ours("tap", connector, config | {"processors": [{"drop": ["secret"]}]}).messages
    expect_left_out(messages)
    expect_rows(messages.rows("people"), people().but_for("secret"), "messages", is_exact=False)


@case("our sqlite tap leaves a deselected stream out, {} {}", *MODES)
def leaves_stream_out(place, mode, compression):
    config, catalog = our_tap(place, "sqlite", mode, compression, people(), orders())
    messages = place.ours("tap", "sqlite", config, catalog=deselected(catalog, "people")).messages
    expect_equal(messages.streams(), {"orders"}, "what leaves")
    expect_rows(messages.rows("orders"), orders(), "messages", is_exact=False)
    expect(b"people" not in messages.output, "the other stream is named somewhere")


@case("an sdk target takes what our tap selects, {} {}", *MODES[:3])
def to_sdk(place, mode, compression):
    config, catalog = our_tap(place, "sqlite", mode, compression, people())
    done = place.ours("tap", "sqlite", config, catalog=deselected(catalog, "people", "secret"))
    folder = place.new_folder("out")
    place.sdk("target_lines", {"folder": str(folder)}, done.output)
    expect_rows(lines(folder / "people.jsonl"), people().but_for("secret"), "file", is_exact=False)
