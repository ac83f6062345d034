# SPDX-License-Identifier: Apache-2.0
"""Many pipelines that change all the time: what a viewer costs the server, and whether the page keeps up."""
import http.client
import threading
import time
from urllib.parse import urlsplit

from playwright.sync_api import expect

SECONDS = 8
# Beside the page: one alone could not be told from what else the machine does.
VIEWERS = 9
# Each takes a millisecond of one of two workers, so that all of them last for as long as is measured.
CHUNKS = 80_000


class Viewer(threading.Thread):
    """Reads the events and throws them away."""

    def __init__(self, server):
        super().__init__()
        self.connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
        self.connection.request("GET", "/dashboard/events", headers={"Authorization": f"Bearer {server.token}"})
        self.answer, self.count, self.is_over = self.connection.getresponse(), 0, False

    def run(self):
        while not self.is_over:
            piece = self.answer.read1(1 << 20)
            if not piece:
                return
            self.count += len(piece)


def measure(server, pipeline, wait):
    """The share of a core that the server uses, and how often a pipeline changes in a second."""
    start, before, chunks = time.monotonic(), server.processor_seconds(), server.status(pipeline)["chunks_completed"]
    wait()
    passed = time.monotonic() - start
    pace = (server.status(pipeline)["chunks_completed"] - chunks) / passed
    return (server.processor_seconds() - before) / passed, pace


def run(trial, count):
    server = trial.server
    pipelines = [server.create("demo/sleep") for _ in range(count)]
    for pipeline in pipelines:
        server.push(pipeline, [(n, [["value", "milliseconds"], [n, 1]]) for n in range(CHUNKS // count)])
    alone, pace = measure(server, pipelines[-1], lambda: time.sleep(SECONDS))
    page = trial.enter()
    expect(page.locator("#pipelines tbody tr")).to_have_count(50)
    viewers = [Viewer(server) for _ in range(VIEWERS)]
    for viewer in viewers:
        viewer.start()
    page.evaluate("""() => {
      window.gaps = [];
      let last = performance.now();
      const frame = (now) => { window.gaps.push(now - last); last = now; requestAnimationFrame(frame); };
      requestAnimationFrame(frame);
    }""")
    watched, pace_watched = measure(server, pipelines[-1], lambda: page.wait_for_timeout(SECONDS * 1000))
    gaps = sorted(page.evaluate("window.gaps"))
    size = viewers[0].count / SECONDS / 1000
    for viewer in viewers:
        viewer.is_over = True
    for viewer in viewers:
        viewer.join()
    # The work itself is less where the machine is busy with the viewers.
    cost = max(0, watched - alone * pace_watched / max(pace, 0.01)) / (VIEWERS + 1)
    middle, late = gaps[len(gaps) // 2], gaps[int(len(gaps) * 0.99)]
    print(f"{count} pipelines, each changes {pace_watched:.1f} times a second: a viewer costs the server {cost * 100:.1f} % of a core "
          f"and {size:.0f} kB/s; frames {middle:.0f} ms, of a hundred the latest {late:.0f} ms")
    assert pace_watched > 0, "nothing changes any more"
    assert cost <= 0.10, "a viewer costs more than a tenth of a core"
    expect(page.locator("#pipelines-pages")).to_contain_text("1–50 of")
    trial.shot(page, "crowd")
    page.context.close()
    trial.quiet()
