# SPDX-License-Identifier: Apache-2.0
"""An API without windows: it tells what has changed since a value, and its definition has a cursor.

With REPLACING it wants an access token for each run, and gives another refresh token with each: the earlier one is over.
"""
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


REPLACING = FEED.replace("settings: {url: {required: true}}", """
settings: {url: {required: true}, refresh_token: {required: true, secret: true}, token_file: {}}
authentication:
  oauth:
    token_url: "{{ config.url }}/token"
    client_id: me
    refresh_token: "{{ config.refresh_token }}"
    token_file: "{{ config.token_file | null }}"
""")


class Feed:
    """An API that only knows `since`, while a `with` lasts; its records come in no order, ten on a page."""

    def __init__(self, refresh_token=None):
        self.rows, self.asked, self.refresh_token, self.access_token, feed = {}, [], refresh_token, None, self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def reply(self, body, status=200):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self):
                form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                if form.get("refresh_token") != feed.refresh_token:
                    return self.reply({"error": "invalid_grant"}, 400)
                number = int(feed.refresh_token.rpartition("-")[2]) + 1
                feed.refresh_token, feed.access_token = f"refresh-{number}", f"access-{number}"
                return self.reply({"access_token": feed.access_token, "refresh_token": feed.refresh_token, "expires_in": 3600})

            def do_GET(self):
                if feed.refresh_token and self.headers["Authorization"] != f"Bearer {feed.access_token}":
                    return self.reply({"error": "no token"}, 401)
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
                feed.asked.append(query["since"])
                rows = [{"id": key, "updated_at": at} for key, at in feed.rows.items() if at >= query["since"]]
                first = int(query.get("cursor", 0))
                following = {"next": str(first + 10)} if first + 10 < len(rows) else {}
                return self.reply({"data": rows[first:first + 10], **following})

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
