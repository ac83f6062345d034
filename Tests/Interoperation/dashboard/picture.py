# SPDX-License-Identifier: Apache-2.0
"""The picture of the README: a server in the middle of its work."""
import io
import os

from PIL import Image
from playwright.sync_api import expect

LARGEST = 150_000
# So that the curves reach over the whole of their two minutes.
SECONDS = 110


def load(server):
    """Pipelines in every state, and work for as long as it takes."""
    done = server.create("demo/add")
    server.push(done, [(n, [["value", "common"]] + [[n, 1]] * 2000) for n in range(20)])
    server.end(done, "closed")
    cancelled = server.create("demo/sleep")
    server.push(cancelled, [(n, [["value", "milliseconds"]] + [[n, 2]] * 1000) for n in range(4)])
    failing = server.create("demo/fail", acceptable_error_percentage=10)
    server.push(failing, [(n, [["value", "fail"]] + [[i, i % 40 == 0] for i in range(500)]) for n in range(12)])
    server.end(cancelled, "cancelled")
    slow, spin = server.create("demo/sleep"), server.create("demo/spin")
    server.push(slow, [(n, [["value", "milliseconds"]] + [[i, 3 + n % 4] for i in range(40)]) for n in range(900)])
    server.push(spin, [(n, [["value", "milliseconds"]] + [[n, 1]] * (30 + n % 30)) for n in range(4000)])
    server.create("demo/double")


def take(trial, path):
    page = trial.enter(viewport={"width": 1280, "height": 960}, device_scale_factor=1.5, color_scheme="light")
    load(trial.server)
    expect(page.locator("#pipelines tbody tr")).to_have_count(6)
    page.wait_for_timeout(SECONDS * 1000)
    shot = Image.open(io.BytesIO(page.screenshot()))
    shot.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    size = os.path.getsize(path)
    print(f"{path}: {size} bytes")
    assert size <= LARGEST, "the picture is too large"
