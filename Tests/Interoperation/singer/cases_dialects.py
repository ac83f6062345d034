# SPDX-License-Identifier: Apache-2.0
"""BATCH messages as others than the SDK write them, and files that are not on this machine's disk."""
import functools
import gzip
import http.server
import json
import pathlib
import threading

from cases import case
from cases_from_sdk import sdk_messages
from difference import expect, expect_equal, expect_rows, table
from messages import last_state, opened
from sample import line, orders, people


def rewritten(messages, change):
    """The tap's output with each BATCH message changed."""
    lines = [json.dumps(change(one) if one["type"] == "BATCH" else one, default=str) for one in messages.all]
    return ("\n".join(lines) + "\n").encode()


def proposal(message):
    """The working group's draft: format and compression are maps, `size` says how many records a file has at most."""
    return {
        "type": "BATCH", "stream": message["stream"], "manifest": message["manifest"], "size": 100,
        "format": {"name": "jsonl", "options": {}}, "compression": {"name": "gzip", "enabled": True}}


def fork(message):
    """tails.com's fork: one local path, and whole RECORD messages in the file."""
    path = pathlib.Path(message["manifest"][0].removeprefix("file://"))
    rows = [text for text in opened(path).decode().split("\n") if text]
    wrapped = "".join(f'{{"type":"RECORD","stream":"{message["stream"]}","record":{text}}}\n' for text in rows)
    path.write_bytes(gzip.compress(wrapped.encode()))
    return {
        "type": "BATCH", "stream": message["stream"], "filepath": str(path), "format": "jsonl", "compression": "gzip",
        "batch_size": len(rows)}


def mislabelled(message):
    """gzip that is called plain, as the SDK's own tap does when it is asked for plain files."""
    return message | {"encoding": {"format": "jsonl", "compression": "none"}}


def shouted(message):
    """A URL with a host and percent-encoding, and compression under another name."""
    urls = [url.replace("file:///", "file://localhost/").replace("part-", "part%2D") for url in message["manifest"]]
    return message | {"manifest": urls, "encoding": {"format": "JSON-Lines", "compression": "gz"}}


DIALECTS = [("proposal", proposal), ("fork", fork), ("mislabelled", mislabelled), ("alias", shouted)]


@case("our sqlite target reads BATCH, {}", *DIALECTS)
def dialects(place, _, change):
    streams = [people(), orders()]
    messages, folder = sdk_messages(place, "BATCH", *streams)
    path = place.path("out.db")
    config = {"path": str(path), "batch_roots": [str(folder)]}
    done = place.ours("target", "sqlite", config, rewritten(messages, change))
    for stream in streams:
        expect_rows(table(path, stream.name), stream, "table", is_exact=False)
    expect_equal(last_state(done.output), messages.final_state(), "the state")


class Server:
    """Serves a folder on a port that the kernel picks, and remembers what was asked for."""

    def __init__(self, folder):
        asked = self.asked = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                asked.append(self.path)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        self.host = f"127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def from_server(server, message):
    names = [pathlib.Path(url).name for url in message["manifest"]]
    return message | {"manifest": [f"http://{server.host}/{name}?signature=SIGNATURE" for name in names]}


@case("batch files of an allowed host")
def allowed_host(place):
    stream, path = people(), place.path("out.db")
    messages, folder = sdk_messages(place, "BATCH", stream)
    with Server(folder) as server:
        data = rewritten(messages, functools.partial(from_server, server))
        done = place.ours("target", "sqlite", {"path": str(path), "batch_hosts": [server.host]}, data)
        expect(len(server.asked) >= 3, f"asked for {server.asked}")
    expect_rows(table(path, "people"), stream, "table", is_exact=False)
    expect_equal(last_state(done.output), messages.final_state(), "the state")


@case("batch files of another host are not asked for")
def refused_host(place):
    messages, folder = sdk_messages(place, "BATCH", people())
    with Server(folder) as server:
        data = rewritten(messages, functools.partial(from_server, server))
        config = {"path": str(place.path("out.db")), "batch_hosts": ["batches.example.com:80"]}
        done = place.ours("target", "sqlite", config, data, is_failure=True)
        expect_equal(server.asked, [], "what was asked for")
    expect_equal(last_state(done.output), None, "the state")
    expect("SIGNATURE" not in done.errors, "the signature of a URL is in the message")


@case("RECORD and BATCH of one stream keep their order with upsert")
def mixed(place):
    """Each record once in a batch file, as it was, and once as a message, as it is: the later one has to win."""
    stream, path = people(50), place.path("out.db")
    old = people(50)
    old.rows = [{**row, "name": "old"} for row in old.rows]
    messages, folder = sdk_messages(place, "BATCH", old)
    schema, batch = messages.schema("people"), messages.of("BATCH")[0]
    records = [f'{{"type":"RECORD","stream":"people","record":{line(row)}}}' for row in stream.rows]
    before, after = records[:25], records[25:]
    # The first half is older than the batch, the second half newer.
    data = "\n".join([json.dumps(schema), *before, json.dumps(batch), *after, '{"type":"STATE","value":{"at":1}}', ""])
    config = {"path": str(path), "load_method": "upsert", "batch_roots": [str(folder)]}
    done = place.ours("target", "sqlite", config, data.encode())
    wanted = people(50)
    wanted.rows = old.rows[:25] + stream.rows[25:]
    expect_rows(table(path, "people"), wanted, "table", is_exact=False)
    expect_equal(last_state(done.output), {"at": 1}, "the state")
