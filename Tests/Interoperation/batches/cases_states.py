# SPDX-License-Identifier: Apache-2.0
"""States, and what is refused in them."""
import shapes
from difference import expect
from place import chunk, completed, created, pulled, refusal, server, until


def state(client, pipeline):
    return client.batches.of(pipeline.batch_id).get_status().data["batch_status"]


def reaches(client, pipeline, wanted):
    until(lambda: state(client, pipeline) == wanted, f"the pipeline was {wanted}")


def a_closed_pipeline_finishes_and_takes_no_more(shared):
    with shared.client() as client:
        pipeline = created(client, "trial/sleep")
        pipeline.push(inputs=[["value", "milliseconds"], [1, 300]])
        expect(pipeline.dispose().data["data"]["batch_status"], "closed", "answer of close")
        other = client.batches.of(pipeline.batch_id)
        error = refusal(lambda: other.push(chunks=[chunk("late", 1)]), 409)
        expect("BATCH_CLOSED" in error.details, True, f"code in {error.details}")
        reaches(client, pipeline, "completed")
        refusal(lambda: other.push(chunks=[chunk("later", 1)]), 409)
        refusal(lambda: other.dispose(), 409)
        refusal(lambda: other.cancel(), 409)
        expect(len(pulled(other, 1)), 1, "chunks of a completed pipeline")
        expect(shapes.pull(other.pull().data)["data"], [], "a drained pipeline")


def closing_twice_before_the_end_is_harmless(shared):
    with shared.client() as client:
        pipeline = created(client, "trial/sleep")
        pipeline.push(inputs=[["value", "milliseconds"], [1, 500]])
        pipeline.dispose()
        expect(client.batches.of(pipeline.batch_id).dispose().data["data"]["batch_status"], "closed", "second answer")
        # And one that is closed can still be cancelled, by another handle.
        expect(client.batches.of(pipeline.batch_id).cancel().data["data"]["batch_status"], "cancelled", "cancelled")


def a_cancelled_pipeline_has_nothing_left(shared):
    with shared.client() as client:
        pipeline = created(client)
        pipeline.push(inputs=[["value"], [1], [2]])
        completed(pipeline)
        data = shapes.envelope(pipeline.cancel().data)["data"]
        expect((data["batch_status"], pipeline.state), ("cancelled", "cancelled"), "states")
        other = client.batches.of(pipeline.batch_id)
        status = other.get_status().data
        expect(
            (status["input_buffer_used_bytes"], status["output_buffer_used_bytes"], status["chunks_available"]),
            (0, 0, 0), "what is left")
        refusal(lambda: other.pull(), 409)
        refusal(lambda: other.push(chunks=[chunk("too-late", 1)]), 409)
        refusal(lambda: other.dispose(), 409)


def cancelling_stops_what_runs(shared):
    with shared.client() as client:
        pipeline = created(client, "trial/sleep")
        pipeline.push(inputs=[["value", "milliseconds"], [1, 50_000]])
        until(lambda: pipeline.get_status().data["workers_in_use"] == 1, "a worker was in use")
        pipeline.cancel()
        until(
            lambda: client.batches.of(pipeline.batch_id).get_status().data["workers_in_use"] == 0,
            "the worker was free again")


def other_states_cannot_be_asked_for(shared):
    with shared.client() as client:
        pipeline = created(client)
        for wanted in ["paused", "completed", "", "CLOSED"]:
            refusal(lambda: client.batches.of(pipeline.batch_id).dispose(wanted), 400)
        expect(state(client, pipeline), "created", "state after bad requests")
        expect(pipeline.dispose("cancelled").data["data"]["batch_status"], "cancelled", "state")


def an_empty_pipeline_is_completed_when_closed(shared):
    with shared.client() as client:
        pipeline = created(client)
        pipeline.dispose()
        reaches(client, pipeline, "completed")


def unknown_ids_are_not_found(shared):
    with shared.client() as client:
        for identifier in ["none", "7f0c8c0e-0000-4000-8000-000000000000", "..", "a%20b"]:
            pipeline = client.batches.of(identifier)
            for call in [
                pipeline.get_info, pipeline.get_status, pipeline.pull, lambda: pipeline.push(chunks=[chunk("x", 1)]),
                client.batches.of(identifier).dispose, client.batches.of(identifier).cancel,
            ]:
                refusal(call, 404)


def an_idle_pipeline_is_closed_and_in_time_forgotten():
    with server(idle_timeout="300ms", retention="1s") as own, own.client() as client:
        pipeline = created(client)
        pipeline.push(inputs=[["value"], [1]])
        reaches(client, pipeline, "completed_by_timeout")
        refusal(lambda: pipeline.push(chunks=[chunk("idle", 1)]), 409)
        until(lambda: forgotten(client, pipeline), "the pipeline was forgotten")


def forgotten(client, pipeline):
    listed = client.batches.describe().data
    return pipeline.batch_id not in {row["id"] for row in listed["in_progress_batches"] + listed["recent_batches"]}


def a_restart_loses_nothing():
    with server() as own:
        with own.client() as client:
            pipeline = created(client, "trial/slow", correlation_id="kept")
            pipeline.push(chunks=[chunk(f"restart-{number}", number, number) for number in range(20)])
        own.kill()
        own.start()
        with own.client() as client:
            pipeline = client.batches.of(pipeline.batch_id)
            expect(pipeline.get_info().data["data"]["correlation_id"], "kept", "correlation_id")
            results = pulled(pipeline, 20)
            expect(sorted(results), sorted(f"restart-{number}" for number in range(20)), "ids")
            for number in range(20):
                expect(results[f"restart-{number}"]["outputs"], [["value"], [2 * number], [2 * number]], "outputs")
            status = pipeline.get_status().data
            expect((status["record_submitted"], status["records_completed"]), (40, 40), "records")


CASES = [
    a_closed_pipeline_finishes_and_takes_no_more, closing_twice_before_the_end_is_harmless,
    a_cancelled_pipeline_has_nothing_left, cancelling_stops_what_runs, other_states_cannot_be_asked_for,
    an_empty_pipeline_is_completed_when_closed, unknown_ids_are_not_found,
    an_idle_pipeline_is_closed_and_in_time_forgotten, a_restart_loses_nothing,
]
