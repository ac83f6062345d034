#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills a copy of a Slack workspace again and again, and compares what is in the table in the end.

    kill.py PROGRAM FOLDER --kills N [--seed N]

Every message must be there exactly once, and each run may request, of each channel, one hour that an earlier one had
requested.
"""

import argparse
import collections
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
DEFINITION = HERE.parent.parent.parent / "Examples/slack/slack.yaml"
# How much longer the copy may go on before the next kill, in terms of the time that a copy needs to start.
FLOW = """
source: {http: {definition: DEFINITION}}
streams: [messages]
destinations: [{sqlite: {path: out.db}}]
"""


class Round:
    """One workspace, copied to its end."""

    def __init__(self, program, folder, seed):
        self.program, self.folder, self.seed = program, folder, seed
        self.folder.mkdir(parents=True)
        self.log = folder / "log.jsonl"
        self.server = subprocess.Popen(
            [sys.executable, HERE / "server.py", "--seed", str(seed), "--log", self.log, "--delay", "0.004"],
            stdout=subprocess.PIPE, text=True)
        self.url = self.server.stdout.readline().strip()
        (folder / "flow.yaml").write_text(FLOW.replace("DEFINITION", json.dumps(str(DEFINITION))))
        self.problems = []
        self.seen = set()
        self.pages = collections.Counter()
        self.repeated_pages = 0

    def end(self):
        self.server.terminate()
        self.server.wait()

    def begin(self):
        environment = {
            **os.environ, "SLACK_URL": self.url + "/api", "SLACK_TOKEN": "xoxb-secret-of-the-test", "SLACK_WAIT": "10ms",
            "SLACK_START": "2024-01-01", "SLACK_END": "2024-01-02", "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1",
        }
        return subprocess.Popen(
            [self.program, "run", "flow.yaml", "--no-progress"], cwd=self.folder, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def requests(self):
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines]

    def look(self, before):
        """What the last run requested that an earlier one had requested; returns how many requests there are now."""
        requests = self.requests()
        hours = collections.defaultdict(set)
        for request in requests[before:]:
            if "channel" not in request:
                continue
            hour = (request["channel"], request["oldest"])
            hours[request["channel"]].add(request["oldest"])
            self.repeated_pages += (page := (*hour, request.get("cursor"))) in self.pages
            self.pages[page] += 1
        for channel, oldest in hours.items():
            again = {hour for hour in oldest if (channel, hour) in self.seen}
            if len(again) > 1:
                self.problems.append(f"{channel}: {len(again)} hours requested again: {sorted(again)}")
        self.seen |= {(channel, hour) for channel, oldest in hours.items() for hour in oldest}
        return len(requests)

    def compare(self):
        with urllib.request.urlopen(self.url + "/messages") as answer:
            expected = [json.loads(line) for line in answer.read().decode().splitlines()]
        database = sqlite3.connect(self.folder / "out.db")
        database.row_factory = sqlite3.Row
        # The schema has fields that no message here has.
        rows = [{name: row[name] for name in row.keys() if row[name] is not None}
                for row in database.execute("SELECT * FROM messages")]
        order = lambda message: json.dumps(message, sort_keys=True)
        if sorted(map(order, rows)) != sorted(map(order, expected)):
            names = collections.Counter((row["channel"], row["ts"]) for row in rows)
            wanted = collections.Counter((row["channel"], row["ts"]) for row in expected)
            self.problems.append(
                f"{len(rows)} rows for {len(expected)} messages; too many {list((names - wanted).items())[:5]}, "
                f"missing {list((wanted - names).items())[:5]}")
        return len(expected)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options = parser.parse_args()
    # A proxy of the environment has no business with loopback.
    urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))
    chance = random.Random(options.seed)
    kills = rounds = messages = repeated = 0
    while kills < options.kills:
        rounds += 1
        round_ = Round(Path(options.program).resolve(), options.folder / str(rounds), options.seed + rounds)
        try:
            longest, count = 0.4, 0
            while True:
                child = round_.begin()
                # The point is to hit a random moment of a program that runs by its own clock.
                time.sleep(chance.uniform(0, longest))
                child.send_signal(signal.SIGKILL)
                output = child.communicate()[0]
                now = round_.look(count)
                if child.returncode == 0:
                    break
                if child.returncode != -signal.SIGKILL:
                    round_.problems.append(f"exit {child.returncode}: {output}")
                    break
                kills += 1
                # One that never gets anywhere would never end.
                longest = longest * 1.2 if now == count else longest
                count = now
            if not round_.problems:
                messages += round_.compare()
            # Nothing is new now, so only the channels are asked for.
            before = len(round_.requests())
            output = (child := round_.begin()).communicate()[0]
            new = [request for request in round_.requests()[before:] if "channel" in request]
            if child.returncode != 0 or new:
                round_.problems.append(f"a run with nothing to do: exit {child.returncode}, {new[:3]} {output}")
            round_.compare()
            repeated += round_.repeated_pages
        finally:
            round_.end()
        if round_.problems:
            print(f"seed {options.seed}, round {rounds}:", *round_.problems[:10], sep="\n  ", file=sys.stderr)
            sys.exit(1)
    print(f"{kills} kills in {rounds} rounds, seed {options.seed}: {messages} messages, each once; "
          f"{repeated} pages requested again")


if __name__ == "__main__":
    main()
