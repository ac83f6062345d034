# SPDX-License-Identifier: Apache-2.0
"""OpenStack Swift with its S3 interface, which checks signatures, in one process on loopback.

Usage: server.py FOLDER    Everything is kept in FOLDER; the endpoint is printed when it is there. Ends on SIGTERM.
"""
import eventlet

eventlet.monkey_patch()

import os
import sys

import eventlet.wsgi
from swift.common import utils

# The one file that Swift reads from a fixed place holds this salt; ours stays out of /etc.
utils.HASH_PATH_SUFFIX = b"cartload"

from swift.common.ring import RingBuilder
from swift.common.wsgi import SwiftHttpProtocol, loadapp

folder = os.path.abspath(sys.argv[1])
devices = os.path.join(folder, "devices")
os.makedirs(os.path.join(devices, "d1"))

PIPELINES = {
    "proxy": "catch_errors gatekeeper healthcheck listing_formats bulk s3api tempauth slo dlo proxy-server",
    "account": "account-server",
    "container": "container-server",
    "object": "object-server",
}
FILTERS = {name: name for name in PIPELINES["proxy"].split()[:-1]}


def configuration(kind):
    lines = [
        "[DEFAULT]", f"swift_dir = {folder}", f"devices = {devices}", "mount_check = false", "disable_fallocate = true",
        "[pipeline:main]", f"pipeline = {PIPELINES[kind]}",
        f"[app:{kind}-server]", f"use = egg:swift#{kind}", "account_autocreate = true",
    ]
    if kind == "proxy":
        for name in FILTERS:
            lines += [f"[filter:{name}]", f"use = egg:swift#{name}"]
            if name == "tempauth":
                lines.append("user_test_tester = testing .admin")
            if name == "s3api":
                # The bounds of S3 itself would make the test slow: parts of 5 MiB.
                lines += ["s3_acl = false", "min_segment_size = 1", "check_bucket_owner = false"]
    path = os.path.join(folder, f"{kind}.conf")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


class Cache:
    """What Swift expects of memcached, in this process."""

    def __init__(self):
        self.values = {}

    def get(self, key, *_, **__):
        return self.values.get(key)

    def set(self, key, value, *_, **__):
        self.values[key] = value

    def incr(self, key, delta=1, *_, **__):
        self.values[key] = max(0, int(self.values.get(key, 0)) + int(delta))
        return self.values[key]

    def decr(self, key, delta=1, *_, **__):
        return self.incr(key, -int(delta))

    def delete(self, key, *_, **__):
        self.values.pop(key, None)

    def get_multi(self, keys, *_, **__):
        return [self.values.get(key) for key in keys]

    def set_multi(self, mapping, *_, **__):
        self.values.update(mapping)


def with_cache(application):
    cache = Cache()

    def cached(environ, start_response):
        environ["swift.cache"] = cache
        return application(environ, start_response)

    return cached


sockets = {kind: eventlet.listen(("127.0.0.1", 0), backlog=128) for kind in PIPELINES}
ports = {kind: socket.getsockname()[1] for kind, socket in sockets.items()}

for kind in ("account", "container", "object"):
    builder = RingBuilder(1, 1, 1)
    builder.add_dev({
        "id": 0, "region": 1, "zone": 1, "weight": 1.0, "ip": "127.0.0.1", "port": ports[kind],
        "replication_ip": "127.0.0.1", "replication_port": ports[kind], "device": "d1",
    })
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, f"{kind}.ring.gz"))

for kind, socket in sockets.items():
    application = loadapp(configuration(kind))
    if kind == "proxy":
        application = with_cache(application)
    log = open(os.path.join(folder, f"{kind}.log"), "w", buffering=1)
    eventlet.spawn(eventlet.wsgi.server, socket, application, log, protocol=SwiftHttpProtocol)

print(f"http://127.0.0.1:{ports['proxy']}", flush=True)
while True:
    eventlet.sleep(3600)
