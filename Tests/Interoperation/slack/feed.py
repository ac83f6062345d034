# SPDX-License-Identifier: Apache-2.0
"""An API without windows: it tells what has changed since a value, and its definition has a cursor."""
import http.server
import json
import threading
import urllib.parse

FEED = """
name: feed
settings: {url: {required: true}}
base_url: "{{ config.url }}"
streams:
  items:
    path: items
    records: data
    keys: [id]
    cursor: {field: updated_at, param: since, start: 2024-01-01, format: iso}
    pages: {by: token, path: next, param: cursor}
"""


class Feed:
    """An API that only knows `since`, while a `with` lasts; its records come in no order, ten on a page."""

    def __init__(self):
        self.rows, self.asked, feed = {}, [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
                feed.asked.append(query["since"])
                rows = [{"id": key, "updated_at": at} for key, at in feed.rows.items() if at >= query["since"]]
                first = int(query.get("cursor", 0))
                following = {"next": str(first + 10)} if first + 10 < len(rows) else {}
                body = json.dumps({"data": rows[first:first + 10], **following}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def change(self, key, minute):
        self.rows[key] = f"2024-01-01T{minute // 60:02}:{minute % 60:02}:00Z"
