# SPDX-License-Identifier: Apache-2.0
"""The workflow that the vendor documents for its client, step by step and with its pauses, over 10,000 records."""
import json
import random
import threading
import time

import cspark.sdk as Spark

from difference import expect, require
from place import created, until


def create_and_run(batches, uri, parameters, inputs, outputs):
    """Chunks of 150 from a file, pushed at once; then the status every 2 s, and a pull whenever something is there."""
    with open(inputs, encoding="utf-8") as file:
        chunks = Spark.create_chunks(json.load(file), chunk_size=150, parameters=parameters)
    require(chunks, "there are no chunks")
    results = []
    pipeline = batches.of(batches.create(uri).data["id"])
    try:
        pipeline.push(chunks=chunks)
        time.sleep(5)
        status = pipeline.get_status().data
        while status["records_completed"] < status["record_submitted"]:
            status = pipeline.get_status().data
            if status["records_available"] > 0:
                for result in pipeline.pull().data["data"]:
                    results.extend(result["outputs"])
            time.sleep(2)
    finally:
        pipeline.dispose()
        with open(outputs, "w", encoding="utf-8") as file:
            json.dump(results, file)
    return pipeline, len(chunks)


def the_documented_workflow_brings_every_record(shared):
    inputs, outputs = shared.folder / "inputs.json", shared.folder / "outputs.json"
    inputs.write_text(json.dumps([["value"], *[[number] for number in range(10_000)]]), encoding="utf-8")
    with shared.client(timeout=120_000) as client:
        client.batches.describe()
        # Slow enough that the loop above is entered.
        pipeline, count = create_and_run(client.batches, "trial/slow", None, inputs, outputs)
        rows = json.loads(outputs.read_text(encoding="utf-8"))
        expect(sum(row == ["value"] for row in rows), count, "rows of names")
        expect(sorted(row[0] for row in rows if row != ["value"]), [2 * n for n in range(10_000)], "values")
        until(
            lambda: client.batches.of(pipeline.batch_id).get_status().data["batch_status"] == "completed",
            "the pipeline was completed")


def the_documented_workflow_loses_nothing_with_a_fast_service(shared):
    inputs, outputs = shared.folder / "inputs.json", shared.folder / "outputs.json"
    inputs.write_text(json.dumps([["value"], *[[number] for number in range(10_000)]]), encoding="utf-8")
    with shared.client(timeout=120_000) as client:
        pipeline, count = create_and_run(client.batches, "trial/double", None, inputs, outputs)
        rows = json.loads(outputs.read_text(encoding="utf-8"))
        # All was done within the first pause, so that the loop was not entered; a closed pipeline keeps its results.
        reader = client.batches.of(pipeline.batch_id)
        while chunks := reader.pull().data["data"]:
            for chunk in chunks:
                names, *values = chunk["outputs"]
                expect(names, ["value"], "names")
                rows += [names, *values]
        expect(sum(row == ["value"] for row in rows), count, "rows of names")
        expect(sorted(row[0] for row in rows if row != ["value"]), [2 * n for n in range(10_000)], "values")


def the_loop_of_our_documentation_brings_every_record(shared):
    with shared.client() as client:
        for uri, count in [("trial/double", 1000), ("trial/slow", 300), ("trial/double", 0)]:
            pipeline = created(client, uri)
            pipeline.push(chunks=Spark.create_chunks([["value"], *[[n] for n in range(count)]], chunk_size=7))
            pipeline.dispose()
            rows = []
            while True:
                answer = pipeline.pull().data
                for chunk in answer["data"]:
                    rows += chunk["outputs"][1:]
                status = answer["status"]
                if not status["chunks_available"]:
                    if status["batch_status"] != "closed":
                        break
                    time.sleep(0.05)
            expect(sorted(row[0] for row in rows), [2 * n for n in range(count)], f"values of {uri}")


def a_thread_that_pushes_and_one_that_pulls(shared):
    seed = random.randrange(1 << 32)
    order = random.Random(seed)
    chunks = Spark.create_chunks(
        [["amount"], *[[number] for number in range(3000)]], chunk_size=50, parameters={"rate": 3})
    order.shuffle(chunks)
    with shared.client() as client:
        pipeline = created(client, "shop/price[1.1.0]", max_input_size=0.005, max_output_size=0.01)
        reader = client.batches.of(pipeline.batch_id)
        results, failures = {}, []

        def push():
            try:
                with shared.client(max_retries=50, retry_interval=0.01) as own:
                    writer = own.batches.of(pipeline.batch_id)
                    for chunk in chunks:
                        writer.push(chunks=[chunk])
            except Exception as error:
                failures.append(error)
        thread = threading.Thread(target=push)
        thread.start()

        def pull():
            for chunk in reader.pull(5).data["data"]:
                require(chunk["id"] not in results, f"chunk {chunk['id']} came twice")
                results[chunk["id"]] = chunk
            return failures or len(results) == len(chunks)
        until(pull, f"all results were there (seed {seed})")
        thread.join()
        expect(failures, [], f"errors (seed {seed})")
        for chunk in chunks:
            wanted = [[3 * row[0]] for row in chunk.data.inputs[1:]]
            expect([[row[0]] for row in results[chunk.id]["outputs"][1:]], wanted, f"prices (seed {seed})")


CASES = [
    the_documented_workflow_brings_every_record, the_documented_workflow_loses_nothing_with_a_fast_service,
    the_loop_of_our_documentation_brings_every_record, a_thread_that_pushes_and_one_that_pulls,
]
