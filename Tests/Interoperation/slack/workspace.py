# SPDX-License-Identifier: Apache-2.0
"""The server of this folder as a case needs it: started, asked for what it has and what it was asked, ended."""
import collections
import json
import os
import pathlib
import subprocess
import sys
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
DEFINITION = HERE.parents[2] / "Examples/slack/slack.yaml"
TOKEN = "xoxb-secret-of-the-test"
# A proxy of the environment has no business with loopback, and waits are for people.
ENVIRONMENT = {"SLACK_WAIT": "10ms", "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}


def hour(number):
    """The beginning of an hour of the first day, as settings write it."""
    return f"2024-01-{1 + number // 24:02}T{number % 24:02}:00:00Z"


class Workspace:
    """A workspace on loopback while a `with` lasts."""

    def __init__(self, folder, seed=7, **options):
        self.log = pathlib.Path(folder) / "requests.jsonl"
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self.words = [sys.executable, str(HERE / "server.py"), "--seed", str(seed), "--log", str(self.log), *words]

    def __enter__(self):
        os.environ.update(ENVIRONMENT)
        self.server = subprocess.Popen(self.words, stdout=subprocess.PIPE, text=True)
        self.url = self.server.stdout.readline().strip()
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        self.server.stdout.close()

    def config(self, end=24, **more):
        """Settings of the definition; `end` is the number of hours that are read."""
        return {"url": self.url + "/api", "token": TOKEN, "start": hour(0), "end": hour(end), **more}

    def messages(self, first=0, end=24):
        """What there is in some hours, by channel and time."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url + "/messages") as answer:
            messages = [json.loads(line) for line in answer.read().decode().splitlines()]
        begin = 1_704_067_200
        inside = [one for one in messages if begin + first * 3600 <= float(one["ts"]) < begin + end * 3600]
        return {(one["channel"], one["ts"]): one for one in inside}

    def requests(self):
        """What the server was asked, in order."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def asked_again(self, before):
        """By channel, the hours that were asked for since then and before then."""
        requests = [one for one in self.requests() if "channel" in one]
        earlier = {(one["channel"], one["oldest"]) for one in requests[:before]}
        again = collections.defaultdict(set)
        for one in requests[before:]:
            if (one["channel"], one["oldest"]) in earlier:
                again[one["channel"]].add(one["oldest"])
        return again

    def asked(self):
        """How often the server was asked for messages."""
        return sum("channel" in one for one in self.requests())
