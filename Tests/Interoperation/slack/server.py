#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server on loopback that behaves like Slack's conversations.list and conversations.history, on a bad day.

    server.py --seed N --log FILE [--faults SHARE] [--channels N] [--hours N] [--delay SECONDS]

Writes its URL to stdout. Messages are the same for the same seed; some lie on the edge of an hour, to the microsecond.
They come newest first, 15 on a page. By the seed a share of the requests gets status 429 with Retry-After, status 500, an
HTML page with status 200, a body that is cut, or a connection that is dropped. The log has a line of JSON for each request
that was answered well, and one with `refused` for each with a wrong token. GET /messages gives all of them, a line each, for the comparison; SIGTERM ends it.
"""

import argparse
import base64
import http.server
import json
import random
import signal
import sys
import threading
import time
import urllib.parse

START = 1_704_067_200  # 2024-01-01T00:00:00Z
HOUR = 3_600_000_000
PAGE = 15
TOKEN = "xoxb-secret-of-the-test"


def stamp(microseconds):
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"


def microseconds(text):
    seconds, _, fraction = text.partition(".")
    return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])


class Workspace:
    def __init__(self, seed, channels, hours):
        chance = random.Random(seed)
        self.channels = [{"id": f"C{number:05d}", "name": f"channel-{number}"} for number in range(channels)]
        self.messages = {}
        for channel in self.channels:
            times = set()
            for hour in range(hours):
                begin = START * 1_000_000 + hour * HOUR
                # Some hours are empty, some have a page exactly, some several.
                count = chance.choice([0, 0, 1, 3, 14, 15, 16, 30, 47])
                for _ in range(count):
                    times.add(begin + chance.randrange(HOUR))
                if chance.random() < 0.5:
                    times.update([begin, begin + HOUR - 1])
            self.messages[channel["id"]] = [
                {"type": "message", "user": f"U{chance.randrange(50):03d}", "text": f"message {index} ☂ \"quoted\"",
                 "ts": stamp(at), "reply_count": chance.randrange(1 << 60)}
                for index, at in enumerate(sorted(times, reverse=True))
            ]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two packets; without this the second waits for an acknowledgement.
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def reply(self, body, status=200, kind="application/json", headers=(), cut=False):
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if cut else data)
        if cut:
            self.wfile.flush()
            self.close_connection = True

    def note(self, request):
        with self.server.lock:
            self.server.log.write(json.dumps(request) + "\n")
            self.server.log.flush()

    def fault(self):
        """Gives a fault and says so, now and then."""
        with self.server.lock:
            self.server.count += 1
            chance = random.Random(f"{self.server.seed}/{self.server.count}")
        if chance.random() >= self.server.faults:
            return None
        kind = chance.choice(["limited", "limited-body", "500", "html", "cut", "drop", "cut-json"])
        if kind == "limited":
            self.reply({"ok": False, "error": "ratelimited"}, 429, headers=[("Retry-After", "0")])
        elif kind == "limited-body":
            self.reply({"ok": False, "error": "ratelimited"}, headers=[("Retry-After", "0")])
        elif kind == "500":
            self.reply(b"oh no", 500, "text/plain")
        elif kind == "html":
            self.reply(b"<!DOCTYPE html><title>Bad gateway</title>", 200, "text/html")
        elif kind == "drop":
            self.close_connection = True
        else:
            return kind
        return "done"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/messages":
            lines = [json.dumps({**message, "channel": channel}, ensure_ascii=False, sort_keys=True)
                     for channel, messages in self.server.workspace.messages.items() for message in messages]
            return self.reply("".join(line + "\n" for line in lines).encode(), kind="application/jsonl")
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.note({"path": url.path, "refused": True})
            return self.reply({"ok": False, "error": "invalid_auth"})
        if self.server.delay:
            time.sleep(self.server.delay)
        fault = self.fault()
        if fault == "done":
            return None
        if url.path == "/api/conversations.list":
            answer = self.channels(query)
        elif url.path == "/api/conversations.history":
            answer = self.history(query)
        else:
            return self.reply({"ok": False, "error": "unknown_method"}, 404)
        if fault == "cut-json":
            data = json.dumps(answer).encode()
            return self.reply(data[: len(data) * 2 // 3])
        if fault != "cut":
            self.note({"path": url.path, **query})
        return self.reply(answer, cut=fault == "cut")

    def channels(self, query):
        first = int(base64.b64decode(query["cursor"]).decode()) if query.get("cursor") else 0
        # Fewer than asked for, as Slack may do.
        some = self.server.workspace.channels[first:first + 3]
        following = first + 3 if first + 3 < len(self.server.workspace.channels) else None
        cursor = base64.b64encode(str(following).encode()).decode() if following else ""
        return {"ok": True, "channels": some, "response_metadata": {"next_cursor": cursor}}

    def history(self, query):
        messages = self.server.workspace.messages.get(query.get("channel"))
        if messages is None:
            return {"ok": False, "error": "channel_not_found"}
        oldest, latest = microseconds(query.get("oldest", "0")), microseconds(query.get("latest", "9999999999"))
        if query.get("inclusive") in ("true", "1"):
            oldest, latest = oldest - 1, latest + 1
        inside = [message for message in messages if oldest < microseconds(message["ts"]) < latest]
        before = base64.b64decode(query["cursor"]).decode() if query.get("cursor") else None
        if before is not None:
            kind, _, text = before.partition(":")
            if kind != "next_ts":
                return {"ok": False, "error": "invalid_cursor"}
            inside = [message for message in inside if microseconds(message["ts"]) <= int(text)]
        limit = min(int(query.get("limit", PAGE)), PAGE)
        page, rest = inside[:limit], inside[limit:]
        answer = {"ok": True, "messages": page, "has_more": bool(rest)}
        if rest:
            cursor = base64.b64encode(f"next_ts:{microseconds(rest[0]['ts'])}".encode()).decode()
            answer["response_metadata"] = {"next_cursor": cursor}
        return answer


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Clients that are killed are what this is for."""

    request_queue_size = 128


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", required=True)
    parser.add_argument("--faults", type=float, default=0.15)
    parser.add_argument("--channels", type=int, default=7)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--delay", type=float, default=0)
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    server.workspace = Workspace(options.seed, options.channels, options.hours)
    server.seed, server.faults, server.delay = options.seed, options.faults, options.delay
    server.count, server.lock = 0, threading.Lock()
    server.log = open(options.log, "a", encoding="utf-8")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
