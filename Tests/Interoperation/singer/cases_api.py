# SPDX-License-Identifier: Apache-2.0
"""A definition of an HTTP API as a tap: a workspace on a bad day into targets, killed and resumed."""
import collections
import json
import signal
import sqlite3
import subprocess
import sys

from cases import case
from difference import expect, expect_equal
from messages import Messages, last_state
from place import HERE, PROGRAM

sys.path.insert(0, str(HERE.parent / "slack"))
from feed import FEED, Feed  # noqa: E402
from workspace import DEFINITION, Workspace  # noqa: E402

TAP = str(DEFINITION)


def times(rows):
    return collections.Counter((row["channel"], row["ts"]) for row in rows)


def catalog(place, config, *names):
    """What the tap discovers, with only some streams selected."""
    found = place.ours("tap", TAP, config, discover=True).catalog
    for stream in found["streams"]:
        for entry in stream["metadata"]:
            if entry["breadcrumb"] == []:
                entry["metadata"]["selected"] = stream["tap_stream_id"] in names
    return found


def expect_loaded(path, wanted, what):
    """Each message once, with what is in it."""
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    rows = database.execute("SELECT channel, ts, text, reply_count FROM messages").fetchall()
    database.close()
    expect_equal(times(rows), collections.Counter(list(wanted)), what)
    texts = {(row["channel"], row["ts"]): (row["text"], row["reply_count"]) for row in rows}
    expect_equal(texts, {key: (one["text"], one["reply_count"]) for key, one in wanted.items()}, f"the texts of {what}")


@case("our tap of a definition says by which field its windows are")
def discovery(place):
    with Workspace(place.folder, faults=0) as workspace:
        streams = {one["tap_stream_id"]: one for one in catalog(place, workspace.config(), "messages")["streams"]}
        root = [one["metadata"] for one in streams["messages"]["metadata"] if one["breadcrumb"] == []][0]
        expect_equal(
            (root["replication-method"], root.get("replication-key"), root["table-key-properties"]),
            ("INCREMENTAL", "ts", ["channel", "ts"]), "the replication of messages")
        root = [one["metadata"] for one in streams["channels"]["metadata"] if one["breadcrumb"] == []][0]
        expect_equal(root["replication-method"], "FULL_TABLE", "the replication of channels")
        wrong = place.ours(
            "tap", TAP, workspace.config(token="xoxb-wrong"), is_failure=True, catalog=catalog(
                place, workspace.config(), "messages"))
        expect_equal(wrong.errors.count("Slack does not take the token"), 1, "how often it says so")
        expect("xoxb-wrong" not in wrong.errors, "the token is in a message")
        expect_equal(sum(bool(one.get("refused")) for one in workspace.requests()), 1, "the requests with a wrong token")


@case("run 2 of our tap of a definition reads only what is new, and run 3 nothing")
def increments(place):
    with Workspace(place.folder) as workspace:
        selected = catalog(place, workspace.config(), "messages")
        state, target = {}, {"path": str(place.path("out.db"))}
        for end, first in ((12, 0), (24, 12), (24, 24)):
            before = workspace.asked()
            done = place.ours("tap", TAP, workspace.config(end=end), catalog=selected, state=state)
            wanted = workspace.messages(first, end)
            expect_equal(
                times(done.messages.records("messages")), collections.Counter(list(wanted)), f"hours {first} to {end}")
            if first:
                expect_equal(dict(workspace.asked_again(before)), {}, "hours that were asked for again")
            state = last_state(place.ours("target", "sqlite", target, done.output).output)
            bookmark = state["bookmarks"]["messages"]
            expect_equal(
                (bookmark["replication_key"], bookmark["replication_key_value"]),
                ("ts", f"{1_704_067_200 + end * 3600}.000000"), "the bookmark")
            expect_loaded(place.path("out.db"), workspace.messages(end=end), f"what is loaded of {end} hours")
        expect_equal(workspace.asked(), before, "the requests of a run of nothing new")


@case("our tap of a definition, killed at many places: the target's last STATE loses nothing and repeats an hour at most")
def kills(place):
    with Workspace(place.folder, seed=3, delay=0.003) as workspace:
        selected = place.json(catalog(place, workspace.config(), "messages"))
        config = place.json({**workspace.config(), "state_interval": 20})
        full = collections.defaultdict(set)
        for channel, time in workspace.messages():
            full[channel].add(f"{int(float(time)) // 3600 * 3600}.000000")
        state, before, kept = None, 0, 0
        for after in [1, 3, 8, 20, 40, 10_000]:
            words = [PROGRAM, "tap", TAP, "--config", config, "--catalog", selected]
            words += ["--state", place.json(state)] if state else []
            tap = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            lines, count = [], 0
            for line in tap.stdout:
                lines.append(line)
                count += line.startswith(b'{"type":"STATE"')
                if count == after:
                    tap.send_signal(signal.SIGKILL)
            status = tap.wait()
            if state:
                again = {channel: hours & full[channel] for channel, hours in workspace.asked_again(before).items()}
                too_many = {channel: hours for channel, hours in again.items() if len(hours) > 1}
                expect(not too_many, f"hours that were asked for again: {too_many}")
            before = workspace.asked()
            output = b"".join(line for line in lines if line.endswith(b"\n"))
            kept += len(Messages(output).records("messages"))
            # Records behind the last STATE come again.
            target = {"path": str(place.path("out.db")), "load_method": "upsert"}
            loaded = place.ours("target", "sqlite", target, output)
            state = last_state(loaded.output) or state
            if status == 0:
                break
        expect_equal(status, 0, "how the last run ended")
        expect_loaded(place.path("out.db"), workspace.messages(), "what is loaded in the end")
        total = len(workspace.messages())
        expect(kept < 1.5 * total, f"{kept} records came for {total} messages")


@case("our tap of a definition to target-jsonl: all messages and channels once")
def classic(place):
    with Workspace(place.folder) as workspace:
        done = place.ours("tap", TAP, workspace.config(end=6))
        folder = place.target_jsonl(done.output)
        rows = [json.loads(line) for line in (folder / "messages.jsonl").read_text(encoding="utf-8").splitlines()]
        expect_equal(times(rows), collections.Counter(list(workspace.messages(end=6))), "the messages")
        channels = (folder / "channels.jsonl").read_text(encoding="utf-8").splitlines()
        expect_equal(len(channels), 7, "the number of channels")


@case("our tap of a definition with a cursor: run 2 reads what has changed, and an upsert has each record once")
def cursor(place):
    definition = place.path("feed.yaml")
    definition.write_text(FEED, encoding="utf-8")
    with Feed() as feed:
        for key in range(100):
            feed.change(key, key * 7 % 100)
        config, state, target = {"url": feed.url}, {}, {
            "path": str(place.path("out.db")), "load_method": "upsert"}
        environment = {"no_proxy": "127.0.0.1"}
        found = place.run([PROGRAM, "tap", definition, "--discover", "--config", place.json(config)], environment=environment)
        root = [one["metadata"] for one in found.catalog["streams"][0]["metadata"] if one["breadcrumb"] == []][0]
        expect_equal((root["replication-method"], root["replication-key"]), ("INCREMENTAL", "updated_at"), "the catalog")
        for changed, minute, count in (([], 99, 100), ([3, 40, 200], 150, 4), ([], 150, 3)):
            for key in changed:
                feed.change(key, minute)
            words = [PROGRAM, "tap", definition, "--config", place.json(config)]
            done = place.run(words + ["--state", place.json(state)] if state else words, environment=environment)
            # The records with the greatest value come again.
            expect_equal(len(done.messages.records("items")), count, "the number of records")
            state = last_state(place.ours("target", "sqlite", target, done.output).output)
            bookmark = state["bookmarks"]["items"]
            greatest = f"2024-01-01T{minute // 60:02}:{minute % 60:02}:00Z"
            expect_equal(
                (bookmark["replication_key"], bookmark["replication_key_value"]), ("updated_at", greatest), "the bookmark")
            database = sqlite3.connect(place.path("out.db"))
            expect_equal(dict(database.execute("SELECT id, updated_at FROM items")), feed.rows, "the rows")
            expect_equal(database.execute("SELECT count(*) FROM items").fetchone()[0], len(feed.rows), "their number")
            database.close()
        expect_equal(feed.asked[-1], "2024-01-01T02:30:00Z", "what the last run asked for")
