# SPDX-License-Identifier: Apache-2.0
"""Our connectors beside airbyte-cdk: its models read every line of ours, its source runs in our flows."""
import json
import sys

from cases import HERE, PROGRAM, case, database, expect, expect_equal, main, program, table, written
from messages import configured, kinds, states, valid

sys.path.insert(0, str(HERE / "peers"))
from source_messages import record  # noqa: E402

PEER = [sys.executable, str(HERE / "peers/source_messages.py")]


def discover(folder, config):
    messages = valid(program(PROGRAM, "source", "sqlite", "discover", "--config", written(folder, "c.json", config)))
    return [one for one in messages if one["type"] == "CATALOG"][0]["catalog"]["streams"]


def read(folder, config, catalog, state=None, status=0):
    words = [PROGRAM, "source", "sqlite", "read", "--config", written(folder, "c.json", config), "--catalog",
             written(folder, "catalog.json", catalog)]
    if state is not None:
        words += ["--state", written(folder, "state.json", state)]
    return valid(program(*words, status=status))


def ids(messages):
    return [one["record"]["data"]["id"] for one in messages if one["type"] == "RECORD"]


@case("the models refuse what is wrong")
def guard(folder):
    for line in [
        '{"type":"RECORD","record":{"stream":"a","data":5,"emitted_at":1}}',
        '{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":1,"more":1}}',
        '{"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":1,"stream_status":{"stream_descriptor":{"name":"a"},'
        '"status":"DONE"}}}', '{"type":"NEWS"}',
    ]:
        try:
            valid(line.encode())
        except Exception:
            continue
        expect(False, f"accepted: {line}")


@case("spec and check of every source and destination")
def descriptions(folder):
    connectors = json.loads(program(PROGRAM, "connectors", "--json"))
    listed = connectors["connectors"] if isinstance(connectors, dict) else connectors
    for connector in listed:
        for role in ("source", "destination"):
            if role not in connector:
                continue
            name = connector["name"]
            if (role, name) == ("destination", "singer"):
                continue
            expect_equal(kinds(valid(program(PROGRAM, role, name, "spec"))), ["SPEC"], f"spec of {role} {name}")
            empty = written(folder, "empty.json", {})
            answer = valid(program(PROGRAM, role, name, "check", "--config", empty))[-1]
            if not connector[role]["required"]:
                # Nothing has to be set: there is nothing to complain of.
                expect_equal(answer["connectionStatus"]["status"], "SUCCEEDED", f"check of {role} {name}")
                continue
            expect_equal(answer["connectionStatus"]["status"], "FAILED", f"check of {role} {name}")
            expect(answer["connectionStatus"]["message"].startswith("Config validation error"), str(answer))


@case("discover and read, whole and what is new")
def sync(folder):
    config = {"path": str(database(folder, 100)), "state_interval": 30}
    streams = discover(folder, config)
    first = read(folder, config, configured(streams))
    expect_equal(ids(first), list(range(1, 101)), "the first sync")
    expect_equal([one["sourceStats"]["recordCount"] for one in states(first)], [30.0, 30.0, 30.0, 10.0], "the counts")
    expect_equal(first[-1]["trace"]["stream_status"]["status"], "COMPLETE", "the last message")
    database(folder, 120)
    for number, state in enumerate(states(first), 1):
        rest = read(folder, config, configured(streams), [state])
        expect_equal(ids(rest), list(range(min(30 * number, 100) + 1, 121)), f"from state {number} on")


@case("failures say what they are")
def failures(folder):
    config = {"path": str(folder / "none.db")}
    catalog = configured([{"name": "messages", "json_schema": {}, "supported_sync_modes": ["incremental"]}])
    error = [one["trace"]["error"] for one in read(folder, config, catalog, status=1) if one["type"] == "TRACE"][-1]
    expect_equal(error["failure_type"], "config_error", "the type of the failure")
    config = {"path": str(database(folder, 3))}
    missing = configured([{"name": "nowhere", "json_schema": {}, "supported_sync_modes": ["incremental"]}])
    last = read(folder, config, missing)[-1]
    expect_equal(last["trace"]["stream_status"]["status"], "INCOMPLETE", "a stream that is not there")


def flow(folder, records, **config):
    """A flow from the kit's source to a table; JSON is YAML."""
    return written(folder, "flow.yaml", {
        "name": "kit", "source": {"airbyte": {"command": PEER, "config": {"records": records, "slices": 6, **config}}},
        "destination": f"sqlite:{folder}/out.db#messages", "checkpoint": {"records": 50}})


def loaded(folder):
    return [one[0] for one in table(folder / "out.db", "SELECT id FROM messages ORDER BY rowid")]


@case("the kit's source in a flow, and what is new")
def kit_flow(folder):
    state = folder / "state"
    program(PROGRAM, "run", flow(folder, 600), "--state", state)
    expect_equal(loaded(folder), list(range(1, 601)), "the first run")
    row = table(folder / "out.db", "SELECT id, text, reply_count, edited FROM messages WHERE id = 7")[0]
    one = record(7)
    expect_equal(row, (7, one["text"], one["reply_count"], int(one["edited"])), "a row")
    program(PROGRAM, "run", flow(folder, 700), "--state", state)
    expect_equal(loaded(folder), list(range(1, 701)), "the second run")


@case("the kit's source fails in a slice, and the flow goes on")
def kit_failure(folder):
    state = folder / "state"
    program(PROGRAM, "run", flow(folder, 600, fails_at=350), "--state", state, status=1)
    expect_equal(loaded(folder), list(range(1, 301)), "what the states covered")
    program(PROGRAM, "run", flow(folder, 600), "--state", state)
    expect_equal(loaded(folder), list(range(1, 601)), "all")


@case("the kit's source into our destination, states as they came")
def kit_to_destination(folder):
    config = written(folder, "kit.json", {"records": 500, "slices": 5})
    streams = [
        json.loads(line) for line in program(*PEER, "discover", "--config", config).splitlines()
        if b'"CATALOG"' in line][0]["catalog"]["streams"]
    catalog = written(folder, "catalog.json", configured(streams))
    messages = program(*PEER, "read", "--config", config, "--catalog", catalog)
    sent = [line for line in messages.splitlines() if line.startswith(b'{"type":"STATE"')]
    expect(len(sent) >= 5, "the kit sends no states")
    settings = written(folder, "out.json", {"path": str(folder / "out.db")})
    echoed = program(
        PROGRAM, "destination", "sqlite", "write", "--config", settings, "--catalog", catalog, data=messages)
    expect_equal([line for line in echoed.splitlines() if b'"LOG"' not in line], sent, "the states")
    expect_equal(loaded(folder), list(range(1, 501)), "the rows")


main()
