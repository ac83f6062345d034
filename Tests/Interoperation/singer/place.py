# SPDX-License-Identifier: Apache-2.0
"""Where a case works: a folder of its own, the programs, and the sample in the forms that they read."""
import json
import os
import pathlib
import sqlite3
import subprocess

from difference import Difference
from messages import Messages
from sample import line

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PROGRAM = os.path.abspath(os.environ.get("CARTLOAD_PROGRAM", ROOT / ".build/release/cartload"))
SDK_PYTHON = ROOT / ".venv-singer/bin/python"
TARGET_JSONL = ROOT / ".venv-target-jsonl/bin/target-jsonl"
MELTANO = ROOT / ".venv-meltano/bin/meltano"
LIMIT_SECONDS = 120
DECLARATIONS = {"integer": "INTEGER", "number": "REAL", "boolean": "BOOLEAN"}


class Done:
    """How a program ended."""

    def __init__(self, status, output, errors):
        self.status, self.output, self.errors = status, output, errors

    @property
    def messages(self):
        return Messages(self.output)

    @property
    def catalog(self):
        """What --discover printed."""
        return json.loads(self.output)


class Place:
    """A case's folder and what it runs there."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.count = 0

    # Programs

    def run(self, words, data=b"", is_failure=False, environment=None):
        """Runs a program to its end; it must succeed, or fail when that is what is wanted."""
        words = [str(word) for word in words]
        try:
            done = subprocess.run(
                words, input=data, capture_output=True, cwd=self.folder, timeout=LIMIT_SECONDS, check=False,
                env={**os.environ, **(environment or {})})
        except subprocess.TimeoutExpired as error:
            raise Difference(f"{words[0]} did not end in {LIMIT_SECONDS} seconds") from error
        done = Done(done.returncode, done.stdout, done.stderr.decode(errors="replace"))
        if (done.status != 0) != is_failure:
            name = " ".join(pathlib.Path(word).name for word in words[:3])
            raise Difference(f"{name} ended with {done.status}: {done.errors[-800:]}")
        return done

    def ours(self, verb, connector=None, config=None, data=b"", is_failure=False, **files):
        """Our program; `files` are options whose values are written as JSON, flags when they are True."""
        words = [PROGRAM, verb] + ([connector] if connector else [])
        if config is not None:
            words += ["--config", self.json(config)]
        for option, value in files.items():
            words += [f"--{option}"] + ([] if value is True else [self.json(value)])
        return self.run(words, data, is_failure)

    def ours_words(self, *words, is_failure=False):
        """Our program with words as they are."""
        return self.run([PROGRAM, *words], is_failure=is_failure)

    def sdk(self, peer, config, data=b"", is_failure=False, **files):
        """A connector of `peers`."""
        words = [SDK_PYTHON, HERE / f"peers/{peer}.py", "--config", self.json(config)]
        for option, value in files.items():
            words += [f"--{option}"] + ([] if value is True else [self.json(value)])
        return self.run(words, data, is_failure)

    def target_jsonl(self, data):
        """The classic target; returns the folder that it wrote to."""
        folder = self.new_folder("classic")
        config = {"destination_path": str(folder), "do_timestamp_file": False}
        self.run([TARGET_JSONL, "--config", self.json(config)], data)
        return folder

    # Files

    def path(self, name):
        return self.folder / name

    def new_folder(self, name):
        self.count += 1
        folder = self.folder / f"{name}-{self.count}"
        folder.mkdir()
        return folder

    def json(self, value):
        """A file with a value, or the path of a file that is one already."""
        if isinstance(value, pathlib.Path):
            return value
        self.count += 1
        path = self.folder / f"settings-{self.count}.json"
        path.write_text(json.dumps(value, ensure_ascii=False, default=str), encoding="utf-8")
        return path

    # The sample

    def tap_folder(self, *streams):
        """What `peers/tap_sample.py` reads."""
        folder = self.new_folder("sample")
        for stream in streams:
            self.add_to_tap_folder(folder, stream)
        return folder

    def add_to_tap_folder(self, folder, stream):
        description = {"schema": stream.schema, "keys": stream.keys, "replication_key": stream.replication_key}
        (folder / f"{stream.name}.json").write_text(json.dumps(description), encoding="utf-8")
        with open(folder / f"{stream.name}.jsonl", "a", encoding="utf-8") as file:
            file.writelines(line(row) + "\n" for row in stream.rows)

    def database(self, *streams):
        """Tables as people make them: declared types, a primary key, nested values as text."""
        self.count += 1
        path = self.folder / f"sample-{self.count}.db"
        for stream in streams:
            self.add_to_database(path, stream)
        return path

    def add_to_database(self, path, stream):
        def declared(name, schema):
            kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
            text = next((DECLARATIONS[kind] for kind in kinds if kind in DECLARATIONS), "TEXT")
            return f'"{name}" {text}' + (" PRIMARY KEY" if name in stream.keys else "")

        def stored(value):
            return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value

        names = list(stream.schema["properties"])
        columns = ", ".join(declared(name, schema) for name, schema in stream.schema["properties"].items())
        database = sqlite3.connect(path)
        with database:
            database.execute(f'CREATE TABLE IF NOT EXISTS "{stream.name}" ({columns})')
            database.executemany(
                f'INSERT INTO "{stream.name}" VALUES ({", ".join("?" for _ in names)})',
                [[stored(row[name]) for name in names] for row in stream.rows])
        database.close()

    def lines_file(self, stream):
        """A file of JSON lines."""
        path = self.new_folder("lines") / f"{stream.name}.jsonl"
        path.write_text("".join(line(row) + "\n" for row in stream.rows), encoding="utf-8")
        return path


def batch_config(folder, compression="gzip", size=100, file_format="jsonl"):
    """Settings of taps for BATCH messages, as the SDK has them."""
    return {"batch_config": {
        "encoding": {"format": file_format, "compression": compression},
        "storage": {"root": f"file://{folder}", "prefix": "part-"},
        "batch_size": size,
    }}
