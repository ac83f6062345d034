# SPDX-License-Identifier: Apache-2.0
"""Many pipelines that change all the time: what a viewer costs the server, and whether the page keeps up."""
import threading
import time

from playwright.sync_api import expect

SECONDS = 8
PUSHES_A_SECOND = 200


def run(trial, count):
    server = trial.server
    pipelines = [server.create("demo/double") for _ in range(count)]
    stop = threading.Event()
    number = 0

    def push():
        # Always as many a second, so that two measurements can be compared.
        nonlocal number
        due = time.monotonic()
        while not stop.is_set():
            server.push(pipelines[number % count], [(f"n{number}", [["value"], [number]])])
            number += 1
            due += 1 / PUSHES_A_SECOND
            time.sleep(max(0, due - time.monotonic()))

    def measure():
        first, start, before = number, time.monotonic(), server.processor_seconds()
        time.sleep(SECONDS)
        used = (server.processor_seconds() - before) / (time.monotonic() - start)
        return used, (number - first) / SECONDS

    thread = threading.Thread(target=push)
    thread.start()
    try:
        alone, pace = measure()
        page = trial.enter()
        expect(page.locator("#pipelines tbody tr")).to_have_count(50)
        page.evaluate("""() => {
          window.gaps = [];
          let last = performance.now();
          const frame = (now) => { window.gaps.push(now - last); last = now; requestAnimationFrame(frame); };
          requestAnimationFrame(frame);
        }""")
        # Once more alone would be the same; the page draws meanwhile.
        watched, pace_watched = 0, 0
        first, start, before = number, time.monotonic(), server.processor_seconds()
        page.wait_for_timeout(SECONDS * 1000)
        watched = (server.processor_seconds() - before) / (time.monotonic() - start)
        pace_watched = (number - first) / (time.monotonic() - start)
        gaps = sorted(page.evaluate("window.gaps"))
    finally:
        stop.set()
        thread.join()
    cost = watched - alone * pace_watched / max(pace, 1)
    middle, late = gaps[len(gaps) // 2], gaps[int(len(gaps) * 0.99)]
    print(f"{count} pipelines, {pace_watched:.0f} changes/s: a viewer costs the server {max(0, cost) * 100:.1f} % of a core; "
          f"frames {middle:.0f} ms, of a hundred the latest {late:.0f} ms")
    assert cost <= 0.10, "a viewer costs more than a tenth of a core"
    expect(page.locator("#pipelines-pages")).to_contain_text("1–50 of")
    trial.shot(page, "crowd")
    page.context.close()
    trial.quiet()
