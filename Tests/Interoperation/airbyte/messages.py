# SPDX-License-Identifier: Apache-2.0
"""The messages of our connectors, each as airbyte-cdk's models read and write it."""
import json

from airbyte_cdk.models import AirbyteMessageSerializer

from cases import expect, expect_equal


def expect_kept(found, sent, what):
    """Everything that was sent is found; what is more are the models' own defaults, and nulls are what they leave out."""
    if isinstance(sent, dict) and isinstance(found, dict):
        for key in {**sent, **found}:
            mine, theirs = sent.get(key), found.get(key)
            if mine is None or key not in sent:
                expect(theirs in (None, False), f"{what}: {key} is {theirs} where nothing should be")
            else:
                expect_kept(theirs, mine, f"{what}.{key}")
    else:
        expect_equal(found, sent, what)


def valid(output):
    """The messages, each as the kit's models read and write it."""
    messages = []
    for line in output.decode().splitlines():
        message = json.loads(line)
        again = json.loads(json.dumps(AirbyteMessageSerializer.dump(AirbyteMessageSerializer.load(message))))
        expect_kept(again, message, "the message after reading and writing")
        messages.append(message)
    return messages


def kinds(messages):
    return [one["type"] for one in messages]


def states(messages):
    return [one["state"] for one in messages if one["type"] == "STATE"]


def configured(streams, **more):
    return {"streams": [
        {"stream": one, "sync_mode": "incremental", "destination_sync_mode": "append", **more} for one in streams]}
