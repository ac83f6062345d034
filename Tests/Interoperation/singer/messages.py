# SPDX-License-Identifier: Apache-2.0
"""What a tap wrote: its messages, and the batch files that they name."""
import gzip
import pathlib
import subprocess

from sample import parsed


def opened(path):
    """A file's content; what its first bytes say about compression counts, not its name."""
    data = pathlib.Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return subprocess.run(["zstd", "-dcq"], input=data, capture_output=True, check=True).stdout
    return data


class Messages:
    """The lines of a tap's output, in order."""

    def __init__(self, output):
        self.output = output
        self.all = [parsed(text) for text in output.decode().split("\n") if text]

    def of(self, kind, stream=None):
        return [one for one in self.all if one["type"] == kind and stream in (None, one.get("stream"))]

    def streams(self):
        return {one["stream"] for one in self.all if "stream" in one}

    def schema(self, stream):
        return self.of("SCHEMA", stream)[0]

    def records(self, stream):
        return [one["record"] for one in self.of("RECORD", stream)]

    def files(self, stream=None):
        """The paths of the batch files, whose URLs are not percent-encoded."""
        return [url.removeprefix("file://") for one in self.of("BATCH", stream) for url in one["manifest"]]

    def rows(self, stream):
        """The records of either kind, in order; only batches of JSON lines."""
        rows = []
        for one in self.all:
            if one.get("stream") != stream:
                continue
            if one["type"] == "RECORD":
                rows.append(one["record"])
            elif one["type"] == "BATCH":
                for url in one["manifest"]:
                    rows += [parsed(text) for text in opened(url.removeprefix("file://")).decode().split("\n") if text]
        return rows

    def bytes(self):
        """Everything that leaves: the output and the content of all batch files."""
        return self.output + b"".join(opened(path) for path in self.files())

    def final_state(self):
        states = self.of("STATE")
        return states[-1]["value"] if states else None


def last_state(output):
    """The state that an orchestrator keeps of a target's output: the last line."""
    texts = [text for text in output.decode().split("\n") if text]
    return parsed(texts[-1]) if texts else None
