# SPDX-License-Identifier: Apache-2.0
"""A list of cases, each in a folder of its own: a line for each, and a line for all at the end."""
import contextlib
import io
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PROGRAM = os.path.abspath(os.environ.get("CARTLOAD_PROGRAM", ROOT / ".build/release/cartload"))
LIMIT_SECONDS = 120
ALL = []


class Difference(Exception):
    """Something is not as it should be; the text says what."""


def expect(truth, text):
    if not truth:
        raise Difference(text)


def expect_equal(found, wanted, what):
    expect(found == wanted, f"{what} is {str(found)[:300]} where {str(wanted)[:300]} should be")


def case(name):
    """Registers a function that takes a folder."""

    def register(function):
        ALL.append((name, function))
        return function

    return register


def program(*words, data=b"", status=0):
    """Runs a program to its end and returns what it printed."""
    words = [str(word) for word in words]
    done = subprocess.run(words, input=data, capture_output=True, timeout=LIMIT_SECONDS, check=False)
    if done.returncode != status:
        errors = done.stdout[-500:] + done.stderr[-500:]
        raise Difference(f"{' '.join(words[:4])} ended with {done.returncode}: {errors.decode(errors='replace')}")
    return done.stdout


def written(folder, name, value):
    path = pathlib.Path(folder) / name
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def database(folder, rows):
    """A table `messages` with so many rows; called again, it adds the others."""
    path = pathlib.Path(folder) / "source.db"
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, ts TEXT NOT NULL, text TEXT, amount REAL)")
        connection.executemany(
            "INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?)",
            [(i, f"2024-01-01T{i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}Z", None if i % 7 == 0 else f"täxt {i}", i / 4)
             for i in range(1, rows + 1)])
    connection.close()
    return path


def table(path, query):
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    except sqlite3.Error as error:
        raise Difference(f"{query}: {error}") from error
    finally:
        connection.close()


def main():
    patterns = sys.argv[1:]
    if not os.access(PROGRAM, os.X_OK):
        sys.exit("error: there is no program; run `make build`, or set CARTLOAD_PROGRAM")
    chosen = [(name, run) for name, run in ALL if not patterns or any(one in name for one in patterns)]
    failed = 0
    for name, run in chosen:
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="cartload-airbyte-") as folder:
            try:
                # What peers say of their progress.
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    run(pathlib.Path(folder))
                wrong = None
            except Difference as difference:
                wrong = str(difference)
            except Exception as error:  # A peer's output may break a case in any way; the others still run.
                wrong = f"{type(error).__name__}: {error}"
        seconds = f"({time.monotonic() - begin:.1f} s)"
        print(f"ok {name} {seconds}" if wrong is None else f"FAILED {name} {seconds}\n    {wrong}", flush=True)
        failed += wrong is not None
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
