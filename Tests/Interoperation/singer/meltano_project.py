# SPDX-License-Identifier: Apache-2.0
"""A Meltano project with one extractor and one loader, as custom plugins: nothing is looked up on its hub."""
import json

from difference import expect
from place import HERE, MELTANO, PROGRAM, SDK_PYTHON
from sample import parsed

CAPABILITIES = ["catalog", "state", "discover", "about", "batch"]


class Project:
    """Runs one job; Meltano keeps its state from run to run."""

    def __init__(self, place, tap, target, select=("*.*",)):
        self.place, self.folder = place, place.new_folder("project")
        extractor = self.plugin("tap", *tap) | {"capabilities": CAPABILITIES, "select": list(select)}
        # A project file is YAML, which JSON is too.
        (self.folder / "meltano.yml").write_text(json.dumps({
            "default_environment": "dev", "send_anonymous_usage_stats": False,
            "project_id": "00000000-0000-0000-0000-000000000000", "environments": [{"name": "dev"}],
            "plugins": {"extractors": [extractor], "loaders": [self.plugin("target", *target)]},
        }), encoding="utf-8")

    def plugin(self, kind, words, config):
        """A plugin whose executable is a small file that runs our program or a peer."""
        executable = self.folder / f"run-{kind}"
        quoted = " ".join(f"'{word}'" for word in words)
        executable.write_text(f'#!/bin/sh\nexec {quoted} "$@"\n', encoding="utf-8")
        executable.chmod(0o755)
        kinds = {dict: "object", list: "array", bool: "boolean"}
        settings = [{"name": name, "kind": kinds.get(type(value), "string")} for name, value in config.items()]
        name = f"{kind}-case"
        return {"name": name, "namespace": name.replace("-", "_"), "executable": str(executable), "settings": settings,
                "config": config}

    def meltano(self, *words):
        environment = {
            "MELTANO_PROJECT_ROOT": str(self.folder), "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false", "NO_COLOR": "1"}
        return self.place.run([MELTANO, *words], environment=environment)

    def run(self):
        """One run, and the state that Meltano has after it."""
        self.meltano("run", "tap-case", "target-case")
        done = self.meltano("--environment=dev", "state", "get", "dev:tap-case-to-target-case")
        state = parsed(done.output.decode())
        expect("singer_state" in state, f"Meltano keeps {state}")
        return state["singer_state"]


def sdk_tap(config):
    return [SDK_PYTHON, HERE / "peers/tap_sample.py"], config


def sdk_target(config):
    return [SDK_PYTHON, HERE / "peers/target_table.py"], config


def our_tap(config):
    return [PROGRAM, "tap", "sqlite"], config


def our_target(config):
    return [PROGRAM, "target", "sqlite"], config
