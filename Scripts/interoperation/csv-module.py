# SPDX-License-Identifier: Apache-2.0
"""Compares Cartload's CSV with that of Python's csv module over random rows; the seed is in every message."""

import csv
import json
import pathlib
import random
import subprocess
import sys
import tempfile

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
PARTS = ["a", "Z", "0", "12", " ", ",", ";", "\t", '"', '""', "\n", "\r\n", "'", "\\", "ü", "😀", "NULL", "true", "1.10", "|"]


def cell(rng):
    return "".join(rng.choice(PARTS) for _ in range(rng.randrange(1, 7)))


def run(folder, *words):
    done = subprocess.run([PROGRAM, *words, "--no-progress"], cwd=folder, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        sys.exit(f"cartload {' '.join(words)} ended with {done.returncode}: {done.stderr}")


def read_python(folder, rng, seed):
    """csv.writer → Cartload → JSON Lines"""
    delimiter = rng.choice([",", ";", "\t", "|"])
    names = ["a", "b c", 'd"e', "f"]
    rows = [[cell(rng) for _ in names] for _ in range(rng.randrange(1, 200))]
    with open(folder / "in.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(
            file, delimiter=delimiter, quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
            lineterminator=rng.choice(["\n", "\r\n"]))
        writer.writerows([names] + rows)
    settings = {"path": "in.csv", "format": "csv", "delimiter": delimiter, "infer_types": False}
    flow = {"source": {"files": settings}, "destination": "out.jsonl"}
    (folder / "flow.json").write_text(json.dumps(flow))
    run(folder, "run", "flow.json", "--fresh")
    with open(folder / "out.jsonl", encoding="utf-8") as file:
        found = [list(json.loads(line).values()) for line in file]
    if found != rows:
        first = next((pair for pair in zip(found, rows) if pair[0] != pair[1]), (len(found), len(rows)))
        sys.exit(f"seed {seed}: Cartload reads {first[0]} where Python wrote {first[1]}")


def write_for_python(folder, rng, seed):
    """JSON Lines → Cartload → csv.reader"""
    rows = [{"a": cell(rng), "b": cell(rng), "c": rng.choice(["", cell(rng)])} for _ in range(rng.randrange(1, 200))]
    with open(folder / "in.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=rng.random() < 0.5) + "\n" for row in rows)
    run(folder, "copy", "in.jsonl", "out.csv")
    with open(folder / "out.csv", newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    if found != rows:
        first = next((pair for pair in zip(found, rows) if pair[0] != pair[1]), (len(found), len(rows)))
        sys.exit(f"seed {seed}: Python reads {first[0]} where Cartload was given {first[1]}")


for seed in range(40):
    with tempfile.TemporaryDirectory() as name:
        generator = random.Random(seed)
        read_python(pathlib.Path(name), generator, seed)
        write_for_python(pathlib.Path(name), generator, seed)
print("csv-module: 40 random files each way are the same")
