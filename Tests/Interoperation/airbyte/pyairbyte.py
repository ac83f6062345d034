# SPDX-License-Identifier: Apache-2.0
"""Our sources under PyAirbyte: spec, check, discover, read into its cache, and a second read of what is new."""
import collections
import json
import pathlib
import sys

import airbyte
from airbyte import exceptions

from cases import HERE, PROGRAM, case, database, expect, expect_equal, main, program

sys.path.insert(0, str(HERE.parent / "slack"))
from feed import REPLACING, Feed  # noqa: E402
from workspace import DEFINITION, Workspace  # noqa: E402


def source(folder, connector, config, streams="*", **more):
    script = program(PROGRAM, "source", connector, "install", folder / "bin").decode().strip()
    name = f"source-{pathlib.Path(connector).stem}"
    return airbyte.get_source(name, config=config, local_executable=script, streams=streams, **more)


def cache(folder):
    return airbyte.new_local_cache(cache_name="cartload", cache_dir=folder / "cache", cleanup=False)


def rows(result, stream):
    return sorted(({k: v for k, v in row.items() if not k.startswith("_")} for row in result[stream]),
                  key=lambda row: row["id"])


@case("PyAirbyte describes, checks and discovers our source")
def description(folder):
    ours = source(folder, "sqlite", {"path": str(database(folder, 10))})
    ours.check()
    expect_equal(ours.config_spec["required"], ["path"], "the specification")
    expect_equal(ours.get_available_streams(), ["messages"], "the streams")
    for config in ({"path": str(folder / "none.db")}, {"table": "messages"}):
        try:
            source(folder, "sqlite", config, streams=None).check()
        except (exceptions.AirbyteConnectorCheckFailedError, exceptions.AirbyteConnectorValidationFailedError):
            continue
        expect(False, f"a wrong configuration passes: {config}")


@case("PyAirbyte reads our sqlite source, and then only what is new")
def sqlite_source(folder):
    path = database(folder, 1000)
    first = source(folder, "sqlite", {"path": str(path), "state_interval": 100}).read(cache=cache(folder))
    expect_equal(first.processed_records, 1000, "the records of the first read")
    found = rows(first, "messages")
    expect_equal([row["id"] for row in found], list(range(1, 1001)), "the ids")
    expect_equal((found[6]["text"], found[7]["text"], found[7]["amount"]), (None, "täxt 8", 2.0), "the values")
    database(folder, 1050)
    second = source(folder, "sqlite", {"path": str(path)}).read(cache=cache(folder))
    expect_equal(second.processed_records, 50, "the records of the second read")
    expect_equal(len(rows(second, "messages")), 1050, "the rows in the cache")
    third = source(folder, "sqlite", {"path": str(path)}).read(cache=cache(folder))
    expect_equal(third.processed_records, 0, "the records of a read of nothing new")


@case("PyAirbyte reads our sqlite source by a cursor of the user's")
def sqlite_cursor(folder):
    path = database(folder, 100)

    def read():
        ours = source(folder, "sqlite", {"path": str(path), "cursor": {"column": "ts"}})
        return ours.read(cache=cache(folder))

    expect_equal(read().processed_records, 100, "the records of the first read")
    database(folder, 130)
    second = read()
    expect_equal(second.processed_records, 30, "the records of the second read")
    expect_equal(len(rows(second, "messages")), 130, "the rows in the cache")


@case("PyAirbyte reads our files source, and then only what was added")
def files_source(folder):
    path = folder / "events.jsonl"

    def write(numbers, mode):
        with open(path, mode, encoding="utf-8") as file:
            for number in numbers:
                file.write(json.dumps({"id": number, "name": f"n{number}", "tags": ["a", {"b": None}], "none": None}) + "\n")

    write(range(200), "w")
    first = source(folder, "files", {"path": str(path), "name": "events"}).read(cache=cache(folder))
    expect_equal(first.processed_records, 200, "the records of the first read")
    write(range(200, 220), "a")
    second = source(folder, "files", {"path": str(path), "name": "events"}).read(cache=cache(folder))
    expect_equal(second.processed_records, 20, "the records of the second read")
    expect_equal([row["id"] for row in rows(second, "events")], list(range(220)), "the rows in the cache")


@case("PyAirbyte reads a definition of an HTTP API twice: all messages once, and the second time only what is new")
def definition(folder):
    with Workspace(folder) as workspace:
        def read(end):
            return source(folder, DEFINITION, workspace.config(end=end)).read(cache=cache(folder))

        def messages(result):
            return collections.Counter((row["channel"], row["ts"]) for row in result["messages"])

        ours = source(folder, DEFINITION, workspace.config())
        ours.check()
        expect_equal(sorted(ours.get_available_streams()), ["channels", "messages"], "the streams")
        for end, first in ((12, 0), (24, 12)):
            before = workspace.asked()
            result = read(end)
            wanted = workspace.messages(end=end)
            expect_equal(messages(result), collections.Counter(list(wanted)), f"the messages of {end} hours in the cache")
            # The channels come again each time.
            expect_equal(
                result.processed_records, len(workspace.messages(first, end)) + 7, f"the records of hours {first} to {end}")
            if first:
                expect_equal(dict(workspace.asked_again(before)), {}, "hours that were asked for again")
        texts = {(row["channel"], row["ts"]): (row["text"], row["user"]) for row in result["messages"]}
        expect_equal(texts, {key: (one["text"], one["user"]) for key, one in wanted.items()}, "the texts")


@case("PyAirbyte hears of a refresh token that was replaced, and reads on with it")
def replaced_token(folder):
    path = folder / "feed.yaml"
    path.write_text(REPLACING, encoding="utf-8")
    with Feed("refresh-1") as feed:
        for key in range(30):
            feed.change(key, key)
        config = {"url": feed.url, "refresh_token": "refresh-1"}

        def heard(changed):
            config.update(changed)
            # It asks several times, each time with the configuration that it has.
            ours.set_config(changed, validate=False)

        for _ in range(2):
            ours = source(folder, path, dict(config), streams=None, config_change_callback=heard)
            ours.select_all_streams()
            result = ours.read(cache=cache(folder))
            expect_equal(sorted(row["id"] for row in result["items"]), list(range(30)), "the rows in the cache")
            expect_equal(config["refresh_token"], feed.refresh_token, "the token of the configuration")
        expect(feed.refresh_token != "refresh-1", "the token was never replaced")


main()
