#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server on loopback that costs little: every answer is made before it is asked for.

    server.py --records N [--page N] [--delay SECONDS]

GET /messages?from=2024-01-01T05:00:00…&page=2 gives a page of the hour's records. Writes its URL to stdout; SIGTERM ends it.
Other parameters are not looked at.
"""
import argparse
import asyncio
import json
import urllib.parse

HOURS = 24
WORDS = "alpha delta golf juliet mike papa charlie foxtrot india lima oscar bravo echo hotel kilo november".split()


def record(number, hour, place, count):
    milliseconds = place * 3_600_000 // count
    minute, rest = divmod(milliseconds, 60_000)
    return {
        "id": number, "ts": f"2024-01-01T{hour:02}:{minute:02}:{rest // 1000:02}.{rest % 1000:03}Z",
        "channel": f"C{number % 7:05}", "user": f"U{number % 5000:07}",
        "text": " ".join(WORDS[(number + i) % len(WORDS)] for i in range(16)), "reply_count": number % 5,
        "edited": number % 2 == 0}


def answers(records, size):
    """The whole answers, by hour and page; the last page of an hour is shorter than the others."""
    made, number = {}, 0
    for hour in range(HOURS):
        count = (records * (hour + 1)) // HOURS - (records * hour) // HOURS
        rows = [record(number + place + 1, hour, place, count) for place in range(count)]
        number += count
        for page in range(count // size + 1):
            body = json.dumps({"messages": rows[page * size:(page + 1) * size]}).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            made[hour, page + 1] = head.encode() + body
    return made


class Connection(asyncio.Protocol):
    MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def __init__(self, made, delay):
        self.made, self.delay, self.input = made, delay, b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.input += data
        while (end := self.input.find(b"\r\n\r\n")) >= 0:
            target = self.input[:end].split(b" ", 2)[1].decode()
            self.input = self.input[end + 4:]
            query = dict(urllib.parse.parse_qsl(target.partition("?")[2]))
            try:
                answer = self.made[int(query["from"][11:13]), int(query.get("page", 1))]
            except (KeyError, ValueError):
                answer = self.MISSING
            if self.delay:
                asyncio.get_running_loop().call_later(self.delay, self.transport.write, answer)
            else:
                self.transport.write(answer)


async def serve(options):
    made = answers(options.records, options.page)
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(made, options.delay), "127.0.0.1", 0, backlog=256)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


parser = argparse.ArgumentParser()
parser.add_argument("--records", type=int, required=True)
parser.add_argument("--page", type=int, default=1000)
parser.add_argument("--delay", type=float, default=0)
asyncio.run(serve(parser.parse_args()))
