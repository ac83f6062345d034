# SPDX-License-Identifier: Apache-2.0
"""The picture of the README: a server in the middle of its work."""
import io
import threading
import time

from PIL import Image
from playwright.sync_api import expect

LARGEST = 150_000


def take(trial, path):
    server = trial.server
    stop = threading.Event()

    def work():
        """Pipelines in every state, and a load that comes in waves."""
        done = server.create("demo/add")
        server.push(done, [(n, [["value", "common"]] + [[n, 1]] * 2000) for n in range(20)])
        server.end(done, "closed")
        cancelled = server.create("demo/sleep")
        server.push(cancelled, [(n, [["value", "milliseconds"]] + [[n, 2]] * 1000) for n in range(4)])
        failing = server.create("demo/fail", acceptable_error_percentage=10)
        server.push(failing, [(n, [["value", "fail"]] + [[i, i % 40 == 0] for i in range(500)]) for n in range(12)])
        time.sleep(1)
        server.end(cancelled, "cancelled")
        slow, spin = server.create("demo/sleep"), server.create("demo/spin")
        server.push(slow, [(n, [["value", "milliseconds"]] + [[n, 5]] * 40) for n in range(1200)])
        server.push(spin, [(n, [["value", "milliseconds"]] + [[n, 0.4]] * 100) for n in range(6000)])
        server.create("demo/double")
        while not stop.wait(1):
            pass

    thread = threading.Thread(target=work)
    thread.start()
    try:
        page = trial.enter(viewport={"width": 1280, "height": 960}, device_scale_factor=1.5, color_scheme="light")
        expect(page.locator("#pipelines tbody tr")).to_have_count(6, timeout=20_000)
        page.wait_for_timeout(75_000)
        shot = Image.open(io.BytesIO(page.screenshot()))
    finally:
        stop.set()
        thread.join()
    shot.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    with open(path, "rb") as file:
        size = len(file.read())
    print(f"{path}: {size} bytes")
    assert size <= LARGEST, "the picture is too large"
