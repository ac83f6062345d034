# SPDX-License-Identifier: Apache-2.0
"""Every operation of the vendor's client, once and in order."""
import cspark.sdk as Spark

import shapes
from difference import expect, require
from place import completed, created, pulled, until


def every_operation_of_the_client(shared):
    with shared.client() as client:
        shapes.description(client.batches.describe().data)
        answer = client.batches.create("trial/double")
        expect(answer.status, 200, "status of create")
        batch = shapes.envelope(answer.data)
        expect(batch["data"]["batch_status"], "created", "state after create")
        expect(batch["data"]["source_system"], "Spark Python SDK", "source_system")
        expect(batch["data"]["service_uri"], "trial/double[1.0.0]", "service_uri")
        expect(batch["data"]["created_by"], "ada", "created_by")
        pipeline = client.batches.of(batch["id"])
        expect(pipeline.state, "open", "the client's state")
        first = shapes.status(pipeline.get_status().data)
        expect((first["batch_status"], first["pipeline_status"]), ("created", "idle"), "first status")
        status = shapes.status(pipeline.push(inputs=[["value"], [1], [2], [3]]).data)
        expect(status["record_submitted"], 3, "record_submitted")
        expect(status["batch_status"], "in_progress", "state after push")
        status = completed(pipeline)
        expect((status["chunks_available"], status["records_available"]), (1, 3), "what is available")
        answer = shapes.pull(pipeline.pull().data)
        expect(len(answer["data"]), 1, "chunks pulled")
        expect(answer["data"][0]["outputs"], [["value"], [2], [4], [6]], "outputs")
        expect(answer["status"]["chunks_available"], 0, "available after pull")
        expect(answer["status"]["output_buffer_used_bytes"], 0, "output buffer after pull")
        info = shapes.envelope(pipeline.get_info().data, whole=True)
        expect(info["data"]["summary"]["records_completed"], 3, "records_completed of info")
        closed = shapes.envelope(pipeline.dispose().data)
        expect(closed["data"]["batch_status"], "closed", "state in the answer of close")
        expect(pipeline.state, "closed", "the client's state")
        require(pipeline.is_disposed, "is_disposed")
        until(lambda: pipeline.get_status().data["batch_status"] == "completed", "the pipeline was completed")


def describe_lists_running_and_recent_pipelines(shared):
    with shared.client("bob") as client:
        running, ended = created(client), created(client)
        ended.cancel()
        listed = shapes.description(client.batches.describe().data)
        by_id = {row["id"]: row["data"] for row in listed["in_progress_batches"]}
        require(running.batch_id in by_id and ended.batch_id not in by_id, "in_progress_batches")
        expect(by_id[running.batch_id]["pipeline_status"], "idle", "pipeline_status of a row")
        by_id = {row["id"]: row["data"] for row in listed["recent_batches"]}
        require(ended.batch_id in by_id and running.batch_id not in by_id, "recent_batches")
        expect(by_id[ended.batch_id]["batch_status"], "cancelled", "state of a row")
        expect(by_id[ended.batch_id]["pipeline_status"], "closed", "pipeline_status of a row")
        require(listed["tenant"]["configuration"]["max_workers"] > 0, "max_workers of the tenant")


def push_takes_its_four_forms(shared):
    with shared.client() as client:
        pipeline = created(client, "trial/add")
        pipeline.push(inputs=[["value"], [1], [2]])
        pipeline.push(inputs=[{"value": 3}, {"value": 4}, {"value": 5}])
        pipeline.push(data=Spark.ChunkData(
            [["value"], [10]], {"common": 40},
            {"ignore_error": False, "aggregation": [{"output_name": "total", "operator": "SUM"}]}))
        pipeline.push(chunks=[Spark.BatchChunk("four-a", Spark.ChunkData([["value"], [6]])),
                              Spark.BatchChunk("four-b", Spark.ChunkData([{"value": 7}]), size=1)])
        pipeline.push(raw='{"chunks":[{"id":"four-c","data":{"inputs":[["value"],[8]]}}]}')
        pipeline.push(raw='[{"data":{"inputs":[["value"],[9]],"strange":1}}]')
        results = pulled(pipeline, 7)
        outputs = sorted(str(result["outputs"]) for result in results.values())
        expect(outputs, sorted(map(str, [
            [["total"], [1], [2]], [{"total": 3}, {"total": 4}, {"total": 5}], [["total"], [50]], [["total"], [6]],
            [{"total": 7}], [["total"], [8]], [["total"], [9]],
        ])), "outputs of all forms")
        expect(results["four-a"]["outputs"], [["total"], [6]], "outputs of four-a")
        expect(pipeline.get_status().data["record_submitted"], 10, "record_submitted")


def create_chunks_ends_with_a_chunk_without_records(shared):
    rows = [["value"], *[[number] for number in range(400)]]
    chunks = Spark.create_chunks(rows, chunk_size=200)
    expect([len(chunk.data.inputs) for chunk in chunks], [201, 201, 1], "lengths of the client's chunks")
    with shared.client() as client:
        pipeline = created(client)
        status = pipeline.push(chunks=chunks).data
        expect((status["chunks_submitted"], status["record_submitted"]), (3, 400), "what was submitted")
        results = pulled(pipeline, 3)
        last = shapes.result(results[chunks[2].id])
        expect(
            (last["outputs"], last["errors"], last["warnings"], last["process_time"]), ([["value"]], [], [], []),
            "the result of the last chunk")
        values = [row[0] for chunk in chunks[:2] for row in results[chunk.id]["outputs"][1:]]
        expect(values, [2 * number for number in range(400)], "values")


def a_pull_of_nothing_is_an_empty_list(shared):
    with shared.client() as client:
        expect(shapes.pull(created(client).pull().data)["data"], [], "data")


def a_pull_takes_at_most_what_it_is_told(shared):
    with shared.client() as client:
        pipeline = created(client)
        for number in range(5):
            pipeline.push(inputs=[["value"], [number]])
        completed(pipeline)
        first = pipeline.pull(max_chunks=2).data
        expect((len(first["data"]), first["status"]["chunks_available"]), (2, 3), "the first pull")
        expect(len(pipeline.pull(max_chunks=0).data["data"]), 1, "chunks of a pull with max 0, which the client sends as 1")
        expect(len(pipeline.pull(max_chunks=1000).data["data"]), 2, "chunks of the last pull")


def a_handle_by_id_finds_the_pipeline(shared):
    with shared.client() as first, shared.client() as second:
        pipeline = created(first)
        other = second.batches.of(pipeline.batch_id)
        other.push(inputs=[["value"], [21]])
        expect([chunk["outputs"] for chunk in pulled(pipeline, 1).values()], [[["value"], [42]]], "outputs")
        expect(other.get_info().data["id"], pipeline.batch_id, "id of info")


CASES = [
    every_operation_of_the_client, describe_lists_running_and_recent_pipelines, push_takes_its_four_forms,
    create_chunks_ends_with_a_chunk_without_records, a_pull_of_nothing_is_an_empty_list,
    a_pull_takes_at_most_what_it_is_told, a_handle_by_id_finds_the_pipeline,
]
