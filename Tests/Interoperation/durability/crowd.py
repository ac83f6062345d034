# SPDX-License-Identifier: Apache-2.0
"""Opens many pipelines and holds many connections at once."""
import os
import socket
import time

from server import TOKEN, Connection, Server
from soak import reading


def cpu(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(program, folder, pipelines, connections):
    server = Server(program, folder)
    server.start()
    first = Connection(server)
    ids = []
    for _ in range(pipelines):
        status, answer = first.insist("POST", "", {"service": "demo/double"})
        assert status == 200, answer
        ids.append(answer["id"])
    held = []
    for _ in range(connections):
        held.append(socket.create_connection(("127.0.0.1", server.port)))
    time.sleep(0.5)
    pid = server.process.pid
    begin, spent = time.monotonic(), cpu(pid)
    time.sleep(3)
    idle = (cpu(pid) - spent) / (time.monotonic() - begin)
    # Every connection is still answered, and every pipeline works.
    request = (f"GET /acme/api/v4/batch/{ids[-1]}/status HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n\r\n").encode()
    for connection in held:
        connection.sendall(request)
    for connection in held:
        connection.settimeout(30)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200"), "a held connection is not answered"
    for id in ids[:: max(1, pipelines // 50)]:
        status, answer = first.insist("POST", f"/{id}/chunks", {"chunks": [{"id": "c", "data": {"inputs": [["value"], [21]]}}]})
        assert status == 200, answer
        status, answer = first.insist("GET", f"/{id}/chunkresults?wait=20")
        assert answer["data"][0]["outputs"] == [["value"], [42]], answer
    memory = reading(pid)["rss"]
    server.kill()
    begin = time.monotonic()
    server.start()
    restart = time.monotonic() - begin
    status, answer = first.insist("GET", f"/{ids[0]}/status")
    assert status == 200 and answer["chunks_completed"] == 1, answer
    for connection in held:
        connection.close()
    server.stop()
    print(f"{pipelines:,} open pipelines and {connections:,} connections: {memory / 1e6:.0f} MB, {idle * 100:.2f} % of a core while "
          f"nothing happens; after kill -9 it is back in {restart:.2f} s")
