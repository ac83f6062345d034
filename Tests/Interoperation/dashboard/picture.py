# SPDX-License-Identifier: Apache-2.0
"""The picture of the README: a server in the middle of its work."""
import io
import math
import os

from PIL import Image
from playwright.sync_api import expect

LARGEST = 150_000
# So that the curves are those of steady work, without how it began.
SECONDS = 130


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
    # Records of a millisecond or two in waves of chunks, so that the curves are those of a busy day.
    for length in (1900, 3600):
        waves = [40 + int(30 * math.sin(n / 40)) for n in range(length)]
        server.push(server.create("demo/sleep"), [
            (n, [["value", "milliseconds"]] + [[i, 1 + n // 60 % 3 / 2] for i in range(wave)]) for n, wave in enumerate(waves)])
    server.create("demo/double")


def take(trial, path):
    page = trial.enter(viewport={"width": 1280, "height": 930}, device_scale_factor=1.5, color_scheme="light")
    load(trial.server)
    expect(page.locator("#pipelines tbody tr")).to_have_count(6)
    page.wait_for_timeout(SECONDS * 1000)
    shot = Image.open(io.BytesIO(page.screenshot()))
    shot.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    size = os.path.getsize(path)
    print(f"{path}: {size} bytes")
    assert size <= LARGEST, "the picture is too large"
