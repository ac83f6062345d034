# SPDX-License-Identifier: Apache-2.0
"""What comes between `cartload batches run` and its end: each is told with what to do, nothing is lost, the same command goes on."""
import glob
import json
import os
import random
import resource
import signal
import subprocess
import threading
import time

from proxy import Handler, Proxy, read_message
from server import TOKEN, Server

RECORDS = 2_000


class Run:
    """A command that can be stopped in the middle and given again."""

    def __init__(self, program, folder, url, service="demo/sleep", *more):
        self.folder, self.program = folder, program
        self.words = [
            program, "batches", "run", service, "--url", url, "--tenant", "acme", "--input", "in.jsonl", "--output",
            "out.jsonl", "--state", "state", "--chunk", "20", "--lease", "1s", "--no-progress", *more]
        self.milliseconds = 2 if service == "demo/sleep" else 0

    def inputs(self, records=RECORDS):
        with open(f"{self.folder}/in.jsonl", "w", encoding="utf-8") as file:
            for i in range(records):
                file.write(f'{{"value": {i}, "milliseconds": {self.milliseconds}, "text": "{"x" * 40}"}}\n')
        return self

    def start(self, *more, token=TOKEN, words=None, **options):
        return subprocess.Popen(
            [*(words or self.words), *more], cwd=self.folder, env={**os.environ, "CARTLOAD_TOKEN": token},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **options)

    def end(self, process, code, *words):
        """Waits for its end; it must say the words."""
        said = process.communicate(timeout=240)[1]
        assert process.returncode == code, (process.returncode, said[-1500:])
        for word in words:
            assert word in said, f"{word} is missing in: {said[-1500:]}"
        return said

    def state(self):
        names = glob.glob(f"{self.folder}/state/*.json")
        try:
            with open(names[0], encoding="utf-8") as file:
                return json.load(file)
        except (IndexError, ValueError, OSError):
            return None

    def until_written(self, process):
        """Waits until some of the output is durable."""
        while process.poll() is None:
            if ((self.state() or {}).get("next") or 0) > 3:
                return process
            time.sleep(0.01)
        raise AssertionError(f"it ended too early: {process.communicate()[1][-1500:]}")

    def kill_in_the_middle(self, *more, **options):
        process = self.until_written(self.start(*more, **options))
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def expect_output(self, factor, records=RECORDS):
        with open(f"{self.folder}/out.jsonl", encoding="utf-8") as file:
            found = [json.loads(line)["value"] for line in file]
        assert found == [i * factor for i in range(records)], f"{len(found)} outputs, or others"
        assert self.state() is None, "the state stays behind"

    def aside(self):
        """The file that the outputs are in before it has its name."""
        return f"{self.folder}/.out.jsonl.cartload-part"


class Trickle(Handler):
    """Answers drop by drop."""

    def handle(self):
        try:
            while (request := read_message(self.rfile)) is not None:
                answer = self.server.ask(request)
                for start in range(0, len(answer), 2048):
                    self.wfile.write(answer[start:start + 2048])
                    time.sleep(0.01)
        except OSError:
            return


class Truncating(Handler):
    """Now and then an answer that is whole for HTTP, and half of what it should be."""

    def handle(self):
        try:
            while (request := read_message(self.rfile)) is not None:
                head, body = self.server.ask(request).split(b"\r\n\r\n", 1)
                if b"chunkresults" in request.split(b"\r\n")[0] and self.server.chance.random() < 0.3:
                    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
                    body = body[:len(body) // 2]
                    head = b"\r\n".join([*lines, b"Content-Length: %d" % len(body)])
                self.wfile.write(head + b"\r\n\r\n" + body)
        except OSError:
            return


def behind(server, handler, seed=1):
    proxy = Proxy(server.port, seed)
    proxy.RequestHandlerClass = handler
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    return proxy, f"http://127.0.0.1:{proxy.server_address[1]}"


def url(server):
    return f"http://127.0.0.1:{server.port}"


# Each case gets the program, a folder and a server that runs.


def the_server_is_away_for_a_while(program, folder, server):
    run = Run(program, folder, url(server)).inputs()
    process = run.until_written(run.start())
    server.kill()
    time.sleep(10)
    server.start()
    run.end(process, 0)
    run.expect_output(1)


def the_server_stays_away(program, folder, server):
    run = Run(program, folder, url(server)).inputs()
    process = run.until_written(run.start("--patience", "1s"))
    server.kill()
    run.end(process, 1, "[batches.unavailable]", "the same command goes on")
    server.start()
    run.end(run.start(), 0)
    run.expect_output(1)


def answers_come_drop_by_drop(program, folder, server):
    proxy, address = behind(server, Trickle)
    run = Run(program, folder, address, "demo/double").inputs()
    run.end(run.start(), 0)
    run.expect_output(2)
    proxy.shutdown()


def answers_are_half_of_what_they_should_be(program, folder, server):
    proxy, address = behind(server, Truncating)
    run = Run(program, folder, address, "demo/double").inputs()
    for _ in range(200):
        process = run.start()
        said = process.communicate(timeout=240)[1]
        if process.returncode == 0:
            break
        assert process.returncode == 1 and "[batches.bad-answer]" in said, said[-1500:]
        assert "the same command goes on" in said, said[-1500:]
    run.expect_output(2)
    proxy.shutdown()


def buffers_are_tiny(program, folder, server):
    run = Run(program, folder, url(server), "demo/double").inputs(1_000)
    run.end(run.start(), 0)
    run.expect_output(2, 1_000)


def the_output_cannot_be_written(program, folder, server):
    run = Run(program, folder, url(server)).inputs()
    words = [word if word != "out.jsonl" else "nowhere/out.jsonl" for word in run.words]
    run.end(run.start(words=words), 1, "nowhere/", "[storage.not-found]")
    os.mkdir(f"{folder}/folder")
    words = [word if word != "out.jsonl" else "folder" for word in run.words]
    run.end(run.start(words=words), 1, "[storage.", "folder")


def the_disk_is_full(program, folder, server):
    run = Run(program, folder, url(server)).inputs()
    limit = 4_000

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    process = run.start(preexec_fn=small)
    said = run.end(process, 1, "the same command goes on")
    assert "[storage." in said or "[batches.state]" in said, said
    run.end(run.start(), 0)
    run.expect_output(1)


def the_output_is_changed_in_between(program, folder, server):
    run = Run(program, folder, url(server)).inputs()
    run.kill_in_the_middle()
    os.truncate(run.aside(), 10)
    run.end(run.start(), 1, "[storage.", "--fresh")
    run.end(run.start("--fresh"), 0)
    run.expect_output(1)


def the_output_is_gone_in_between(program, folder, server):
    run = Run(program, folder, url(server)).inputs()
    run.kill_in_the_middle()
    os.remove(run.aside())
    run.end(run.start(), 1, "[storage.", "--fresh")
    run.end(run.start("--fresh"), 0)
    run.expect_output(1)


def the_input_is_changed_in_between(program, folder, server):
    run = Run(program, folder, url(server)).inputs()
    run.kill_in_the_middle()
    with open(f"{folder}/in.jsonl", "r+", encoding="utf-8") as file:
        text = file.read()
        file.seek(0)
        file.write(text.replace('"value": 3,', '"value": 4,'))
    run.end(run.start(), 1, "[batches.input-changed]", "--fresh")
    with open(f"{folder}/in.jsonl", "a", encoding="utf-8") as file:
        file.write('{"value": 1, "milliseconds": 0}\n')
    run.end(run.start(), 1, "[batches.input-changed]", "another size", "--fresh")


def another_service_is_named(program, folder, server):
    run = Run(program, folder, url(server)).inputs()
    run.kill_in_the_middle()
    words = [word if word != "demo/sleep" else "demo/double" for word in run.words]
    run.end(run.start(words=words), 1, "[batches.another-run]", "demo/sleep", "--fresh")
    run.end(run.start(), 0)
    run.expect_output(1)


def the_token_is_not_valid_any_more(program, folder, server):
    run = Run(program, folder, url(server)).inputs()
    run.kill_in_the_middle()
    run.end(run.start(token="clt_of_yesterday"), 1, "[batches.unauthorized]", "--token")
    run.end(run.start(), 0)
    run.expect_output(1)


CASES = {
    the_server_is_away_for_a_while: "", the_server_stays_away: "", answers_come_drop_by_drop: "",
    answers_are_half_of_what_they_should_be: "",
    buffers_are_tiny: "limits: {input_buffer: 8kB, output_buffer: 8kB}",
    the_output_cannot_be_written: "", the_disk_is_full: "", the_output_is_changed_in_between: "",
    the_output_is_gone_in_between: "", the_input_is_changed_in_between: "", another_service_is_named: "",
    the_token_is_not_valid_any_more: "",
}


def run(program, folder, only=None):
    for number, (case, more) in enumerate(CASES.items()):
        if only and only not in case.__name__:
            continue
        own = f"{folder}/trouble-{number}"
        os.mkdir(own)
        server = Server(program, own, more)
        server.start()
        start = time.monotonic()
        try:
            case(program, own, server)
        finally:
            server.stop()
        print(f"{case.__name__.replace('_', ' ')}: nothing is lost ({time.monotonic() - start:.1f} s)", flush=True)
