# SPDX-License-Identifier: Apache-2.0
"""A definition of an HTTP API as an Airbyte source, beside airbyte-cdk's models: a workspace on a bad day, read to the end."""
import collections
import json
import signal
import subprocess
import sys

from cases import HERE, PROGRAM, Difference, case, expect, expect_equal, main, program, written
from messages import configured, kinds, states, valid

sys.path.insert(0, str(HERE.parent / "slack"))
from feed import FEED, REPLACING, Feed  # noqa: E402
from workspace import DEFINITION, Workspace  # noqa: E402

SOURCE = [PROGRAM, "source", str(DEFINITION)]
# So many hours of one channel a run may ask for that an earlier one had asked for.
REPEATED_HOURS = 1


def ask(folder, action, config, status=0):
    return valid(program(*SOURCE, action, "--config", written(folder, "config.json", config), status=status))


def catalog(folder, config, *names):
    streams = ask(folder, "discover", config)[-1]["catalog"]["streams"]
    return configured([one for one in streams if one["name"] in names])


def read_words(folder, config, catalog, state):
    words = [*SOURCE, "read", "--config", written(folder, "config.json", config), "--catalog",
             written(folder, "catalog.json", catalog)]
    return [str(word) for word in words + (["--state", written(folder, "state.json", state)] if state else [])]


def read(folder, config, catalog, state=None, status=0):
    return valid(program(*read_words(folder, config, catalog, state), status=status))


def records(messages, stream="messages"):
    """How often each message came, by channel and time."""
    found = [one["record"]["data"] for one in messages if one["type"] == "RECORD" and one["record"]["stream"] == stream]
    return collections.Counter((one["channel"], one["ts"]) for one in found)


def expect_messages(found, wanted, what):
    """Each message exactly once."""
    expect(len(wanted) > 100, f"{what}: the workspace has only {len(wanted)} messages")
    extra, missing = list((found - wanted).items())[:3], list((wanted - found).items())[:3]
    expect(not extra and not missing, f"{what}: too many {extra}, missing {missing}")


def last_states(messages):
    """The last STATE of each stream, as runners keep them."""
    return list({one["stream"]["stream_descriptor"]["name"]: one for one in states(messages)}.values())


@case("spec of a definition says what its user sets")
def spec(folder):
    given = valid(program(*SOURCE, "spec"))
    expect_equal(kinds(given), ["SPEC"], "the answer")
    schema = given[0]["spec"]["connectionSpecification"]
    expect("token" in schema["required"], f"the token is not required: {schema['required']}")
    expect_equal(schema["properties"]["token"].get("airbyte_secret"), True, "the secrecy of the token")
    expect({"start", "end", "url", "state_interval"} <= set(schema["properties"]), str(schema["properties"].keys()))


@case("check of a definition: a good token, and a wrong one without a second try")
def check(folder):
    with Workspace(folder, faults=0) as workspace:
        good = ask(folder, "check", workspace.config())
        expect_equal(good[-1]["connectionStatus"], {"status": "SUCCEEDED"}, "the answer")
        before = len(workspace.requests())
        wrong = "xoxb-wrong-and-just-as-secret"
        bad = ask(folder, "check", workspace.config(token=wrong))
        verdicts = [one["connectionStatus"] for one in bad if one["type"] == "CONNECTION_STATUS"]
        expect_equal([one["status"] for one in verdicts], ["FAILED"], "the answers")
        message = verdicts[0]["message"]
        expect("Slack does not take the token" in message and "invalid_auth" in message, message)
        expect(wrong not in json.dumps(bad), "the token is in a message")
        refused = [one for one in workspace.requests()[before:] if one.get("refused")]
        expect_equal(len(refused), 1, "the number of requests with the wrong token")


@case("read of a definition with a wrong token: one trace, no records, no second try")
def refused(folder):
    with Workspace(folder, faults=0) as workspace:
        streams = catalog(folder, workspace.config(), "messages")
        before = len(workspace.requests())
        bad = read(folder, workspace.config(token="xoxb-wrong"), streams, status=1)
        errors = [one["trace"]["error"] for one in bad if one["type"] == "TRACE" and one["trace"]["type"] == "ERROR"]
        expect_equal(errors[0]["failure_type"], "config_error", "the type of the failure")
        expect("Slack does not take the token" in errors[0]["message"], errors[0]["message"])
        expect("xoxb-wrong" not in json.dumps(bad), "the token is in a message")
        expect_equal(len(records(bad)), 0, "the records")
        refused = [one for one in workspace.requests()[before:] if one.get("refused")]
        expect_equal(len(refused), 1, "the number of requests with the wrong token")


@case("discover of a definition: keys, cursor, fields of samples")
def discover(folder):
    with Workspace(folder) as workspace:
        streams = {one["name"]: one for one in ask(folder, "discover", workspace.config())[-1]["catalog"]["streams"]}
        expect_equal(sorted(streams), ["channels", "messages"], "the streams")
        messages = streams["messages"]
        expect_equal(messages["source_defined_primary_key"], [["channel"], ["ts"]], "the key of messages")
        expect_equal(messages["supported_sync_modes"], ["full_refresh", "incremental"], "what messages can do")
        expect_equal(messages["default_cursor_field"], ["ts"], "the cursor of messages")
        expect({"channel", "ts", "text", "user"} <= set(messages["json_schema"]["properties"]), str(messages))
        expect_equal(streams["channels"]["source_defined_primary_key"], [["id"]], "the key of channels")


@case("read of a definition: all messages once, then only the hours that are new, then nothing")
def increments(folder):
    with Workspace(folder) as workspace:
        streams = catalog(folder, workspace.config(), "messages", "channels")
        first = read(folder, workspace.config(end=12), streams)
        expect_messages(records(first), collections.Counter(list(workspace.messages(end=12))), "the first sync")
        counted = collections.Counter()
        for one in states(first):
            counted[one["stream"]["stream_descriptor"]["name"]] += one["sourceStats"]["recordCount"]
        expect_equal(counted, {"channels": 7.0, "messages": float(records(first).total())}, "what the states count")
        kept = last_states(first)
        state = [one for one in kept if one["stream"]["stream_descriptor"]["name"] == "messages"][0]["stream"]
        expect_equal(state["stream_state"].get("cursor_value"), "1704110400.000000", "the cursor of the state")

        before = workspace.asked()
        second = read(folder, workspace.config(end=24), streams, kept)
        expect_messages(
            records(second), collections.Counter(list(workspace.messages(first=12))), "the second sync")
        expect_equal(dict(workspace.asked_again(before)), {}, "hours that were asked for again")
        before = workspace.asked()
        third = read(folder, workspace.config(end=24), streams, last_states(second))
        expect_equal((workspace.asked() - before, len(records(third))), (0, 0), "what a sync of nothing new asks for")


def killed(words, after):
    """What a program printed until it was killed at the so many-th STATE, and whether it came so far."""
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    lines, count, reached = [], 0, False
    for line in child.stdout:
        lines.append(line)
        count += line.startswith(b'{"type":"STATE"')
        if count == after and not reached:
            reached = True
            child.send_signal(signal.SIGKILL)
    errors = child.communicate()[1]
    if not reached and child.returncode != 0:
        raise Difference(f"ended with {child.returncode}: {errors[-500:].decode(errors='replace')}")
    # The last line may be a part of one.
    return valid(b"".join(line for line in lines if line.endswith(b"\n"))), reached


@case("read of a definition, killed at many places and resumed from its last STATE: all messages, one hour again at most")
def kills(folder):
    with Workspace(folder, seed=11, delay=0.003) as workspace:
        streams = catalog(folder, workspace.config(), "messages")
        before = workspace.asked()
        kept, state, repeated = collections.Counter(), None, 0
        full = collections.defaultdict(set)
        for channel, time in workspace.messages():
            full[channel].add(f"{int(float(time)) // 3600 * 3600}.000000")
        for after in [1, 2, 5, 12, 30, 60, 10_000]:
            messages, is_killed = killed(read_words(folder, workspace.config(), streams, state), after)
            # Hours without messages may come again: while the reader is slow, they have no STATE of their own.
            again = {channel: hours & full[channel] for channel, hours in workspace.asked_again(before).items()}
            too_many = {channel: hours for channel, hours in again.items() if len(hours) > REPEATED_HOURS}
            expect(state is None or not too_many, f"hours that were asked for again: {too_many}")
            before = workspace.asked()
            # What lies behind the last STATE is not kept by a runner that lost its source.
            end = max((index for index, one in enumerate(messages) if one["type"] == "STATE"), default=-1)
            covered = messages[:end + 1] if is_killed else messages
            found = records(covered)
            repeated += (kept & found).total()
            kept |= found
            state = last_states(covered) or state
            if not is_killed:
                break
        expect(not is_killed, "it never came to its end")
        wanted = collections.Counter(list(workspace.messages()))
        expect_messages(kept, wanted, "all runs together")
        expect(repeated < wanted.total() // 2, f"{repeated} messages came again")


@case("full refresh of a definition reads everything each time, and goes on from the middle of one that broke off")
def refresh(folder):
    with Workspace(folder, seed=5) as workspace:
        streams = catalog(folder, workspace.config(end=6), "messages")
        for one in streams["streams"]:
            one["sync_mode"] = "full_refresh"
        wanted = collections.Counter(list(workspace.messages(end=6)))
        first = read(folder, workspace.config(end=6), streams)
        expect_messages(records(first), wanted, "the first refresh")
        again = read(folder, workspace.config(end=6), streams, last_states(first))
        expect_messages(records(again), wanted, "the second refresh")
        middle = len(states(first)) // 2
        position = [index for index, one in enumerate(first) if one["type"] == "STATE"][middle]
        rest = read(folder, workspace.config(end=6), streams, [states(first)[middle]])
        together = records(first[:position]) | records(rest)
        expect_messages(together, wanted, "a part and the rest")
        expect(records(rest).total() < wanted.total(), "the rest is all of it")


@case("a cursor of a definition is the cursor field, and a later read is of what has changed")
def cursor(folder):
    definition = folder / "feed.yaml"
    definition.write_text(FEED, encoding="utf-8")
    with Feed() as feed:
        for key in range(50):
            feed.change(key, key * 7 % 50)
        words = [PROGRAM, "source", definition]
        config = written(folder, "config.json", {"url": feed.url})
        streams = valid(program(*words, "discover", "--config", config))[-1]["catalog"]["streams"]
        expect_equal(streams[0]["default_cursor_field"], ["updated_at"], "the cursor field")
        chosen = written(folder, "catalog.json", configured(streams))
        state = []
        for changed, minute, count in (([], 49, 50), ([3, 80], 70, 3), ([], 70, 2)):
            for key in changed:
                feed.change(key, minute)
            given = written(folder, "state.json", state)
            messages = valid(program(*words, "read", "--config", config, "--catalog", chosen, "--state", given))
            expect_equal(kinds(messages).count("RECORD"), count, "the number of records")
            state = last_states(messages)
            values = [one["stream"]["stream_state"]["cursor_value"] for one in state]
            expect_equal(values, [f"2024-01-01T{minute // 60:02}:{minute % 60:02}:00Z"], "the cursor value")


@case("a refresh token that was replaced is told with the changed configuration, which the next run needs")
def replaced_token(folder):
    definition = folder / "feed.yaml"
    definition.write_text(REPLACING, encoding="utf-8")
    with Feed("refresh-1") as feed:
        feed.change(1, 1)
        config = {"url": feed.url, "refresh_token": "refresh-1", "more": {"of": ["the", "platform"]}}
        stream = {"name": "items", "json_schema": {}, "supported_sync_modes": ["incremental"]}
        chosen = written(folder, "catalog.json", configured([stream]))
        for number in (2, 3, 4):
            words = ["read", "--catalog", chosen] if number > 2 else ["check"]
            given = written(folder, "config.json", config)
            messages = valid(program(PROGRAM, "source", definition, *words, "--config", given))
            controls = [one["control"] for one in messages if one["type"] == "CONTROL"]
            expect_equal([one["type"] for one in controls], ["CONNECTOR_CONFIG"], "the controls")
            changed = controls[0]["connectorConfig"]["config"]
            expect_equal(changed, {**config, "refresh_token": f"refresh-{number}"}, "the changed configuration")
            rest = [one for one in messages if one["type"] != "CONTROL"]
            expect("refresh-" not in json.dumps(rest), "a token is in another message")
            if number > 2:
                order = kinds(messages)
                expect(order.index("CONTROL") < order.index("RECORD"), "records come before the token is told")
            earlier, config = config, changed
        # Who has not listened is told that the token is over, once.
        given = written(folder, "config.json", earlier)
        bad = valid(program(PROGRAM, "source", definition, "check", "--config", given))[-1]["connectionStatus"]
        expect_equal(bad["status"], "FAILED", "the answer to an old token")
        expect("invalid_grant" in bad["message"] and "refresh-" not in bad["message"], bad["message"])


@case("a refresh token that was replaced is kept in a file where one is named")
def kept_token(folder):
    definition = folder / "feed.yaml"
    definition.write_text(REPLACING, encoding="utf-8")
    with Feed("refresh-1") as feed:
        feed.change(1, 1)
        config = {"url": feed.url, "refresh_token": "refresh-1"}
        program(PROGRAM, "tap", definition, "--config", written(folder, "lost.json", config), status=1)
        feed.refresh_token = "refresh-1"
        given = written(folder, "config.json", {**config, "token_file": str(folder / "token.json")})
        for _ in range(3):
            lines = program(PROGRAM, "tap", definition, "--config", given).splitlines()
            expect_equal(sum(b'"RECORD"' in line for line in lines), 1, "the number of records")
            expect(not any(b"refresh-" in line for line in lines), "the token is in a message")
        expect_equal(feed.refresh_token, "refresh-4", "the token of the server")
        expect_equal((folder / "token.json").stat().st_mode & 0o777, 0o600, "who may read it")


main()
