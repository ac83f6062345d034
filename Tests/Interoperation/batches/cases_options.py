# SPDX-License-Identifier: Apache-2.0
"""The options of create, and what of them is seen in answers and results."""
import shapes
from difference import expect
from place import chunk, completed, created, pulled, refusal, until


def every_option_of_create_is_taken_and_shown(shared):
    with shared.client() as client:
        batch = client.batches.create(
            "shop/price[1.1.0]", active_since="2025-06-01T00:00:00Z", source_system="tests", correlation_id="corr-1",
            call_purpose="Comparison", subservices=["money", "text"], selected_outputs=["label"],
            unique_record_key=["id", "amount"], min_runners=3, max_runners=7, chunks_per_vm=4, runners_per_vm=5,
            max_input_size=1.5, max_output_size=2.5, accuracy=0.95, extras={"priority": 9, "foo": {"bar": 1}}).data
        data = shapes.envelope(batch)["data"]
        expect(
            (data["source_system"], data["correlation_id"], data["unique_record_key"]), ("tests", "corr-1", "id,amount"),
            "metadata")
        info = shapes.envelope(client.batches.of(batch["id"]).get_info().data, whole=True)["data"]
        expect(info["configuration"], {
            "initial_workers": 3, "max_workers": 7, "chunks_per_request": 4, "runner_thread_count": 5,
            "acceptable_error_percentage": 6, "input_buffer_allocated_bytes": 1_500_000,
            "output_buffer_allocated_bytes": 2_500_000,
        }, "configuration")


def defaults_are_those_of_the_vendor(shared):
    with shared.client() as client:
        info = created(client).get_info().data["data"]
        expect(info["configuration"], {
            "initial_workers": 10, "max_workers": 100, "chunks_per_request": 2, "runner_thread_count": 2,
            "acceptable_error_percentage": 0, "input_buffer_allocated_bytes": 70_000_000,
            "output_buffer_allocated_bytes": 80_000_000,
        }, "configuration")
        expect((info["correlation_id"], info["unique_record_key"]), (None, None), "metadata that was not given")


def accuracy_becomes_an_acceptable_percentage(shared):
    with shared.client() as client:
        for accuracy, percentage in {1.0: 0, 0.999: 1, 0.95: 6, 0.5: 50, 1.5: 0, -1: 200, 0: 0}.items():
            info = created(client, accuracy=accuracy).get_info().data["data"]
            expect(
                info["configuration"]["acceptable_error_percentage"], percentage, f"percentage of accuracy {accuracy}")


def older_spellings_of_buffer_sizes_are_taken(shared):
    with shared.client() as client:
        for names in [("max_input_size", "max_output_size"), ("max_input_in_mb", "max_output_in_mb")]:
            pipeline = created(client, extras={names[0]: 3, names[1]: 4.25})
            configuration = pipeline.get_info().data["data"]["configuration"]
            expect(
                (configuration["input_buffer_allocated_bytes"], configuration["output_buffer_allocated_bytes"]),
                (3_000_000, 4_250_000), f"sizes given as {names}")


def a_buffer_is_never_larger_than_what_the_tenant_has(shared):
    with shared.client() as client:
        tenant = client.batches.describe().data["tenant"]["configuration"]
        configuration = created(client, max_input_size=100_000, max_output_size=100_000).get_info().data["data"]
        for name in ["input_buffer_allocated_bytes", "output_buffer_allocated_bytes"]:
            expect(configuration["configuration"][name], tenant[name], name)


def selected_outputs_are_the_only_ones(shared):
    with shared.client() as client:
        pipeline = created(client, "shop/price[1.1.0]", selected_outputs=["label", "price"])
        pipeline.push(chunks=[chunk("selected", 1, 2, name="amount")])
        pipeline.push(inputs=[{"amount": 3}])
        results = list(pulled(pipeline, 2).values())
        expect(
            sorted(str(result["outputs"]) for result in results),
            sorted(map(str, [[["price", "label"], [2, "1x2"], [4, "2x2"]], [{"price": 6, "label": "3x2"}]])), "outputs")
        pipeline = created(client, "shop/price[1.1.0]", selected_outputs="tax")
        pipeline.push(inputs=[["amount"], [8]])
        expect([result["outputs"] for result in pulled(pipeline, 1).values()], [[["tax"], [4.0]]], "one output")


def subservices_are_sets_of_outputs(shared):
    with shared.client() as client:
        pipeline = created(client, "shop/price[1.1.0]", subservices="money")
        pipeline.push(inputs=[["amount"], [4]])
        expect([result["outputs"] for result in pulled(pipeline, 1).values()], [[["price", "tax"], [8, 2.0]]], "outputs")
        pipeline = created(client, "shop/price[1.1.0]", subservices=["text"], selected_outputs=["tax"])
        pipeline.push(inputs=[["amount"], [4]])
        expect(
            [result["outputs"] for result in pulled(pipeline, 1).values()], [[["tax", "label"], [2.0, "4x2"]]],
            "outputs of a subservice and an output")


def unknown_outputs_and_subservices_are_refused_at_once(shared):
    with shared.client() as client:
        refusal(lambda: client.batches.create("shop/price[1.1.0]", selected_outputs=["nothing"]), 400)
        refusal(lambda: client.batches.create("shop/price[1.1.0]", subservices=["nothing"]), 400)


def unique_record_keys_may_be_a_list_or_a_text(shared):
    with shared.client() as client, shared.wire() as wire:
        for options in [{"unique_record_key": ["id"]}, {"unique_record_key": "id"}]:
            pipeline = created(client, "shop/price[1.1.0]", **options)
            pipeline.push(inputs=[["id", "amount"], ["a", 1], ["b", 2]])
            result = next(iter(pulled(pipeline, 1).values()))
            expect([row[0] for row in result["outputs"][1:]], [2, 4], "prices")
            refusal(lambda: pipeline.push(inputs=[["amount"], [1]]), 400)
        # As the other client of the vendor sends it.
        answer = wire.post("batch", json={"service": "shop/price[1.1.0]", "unique_record_key": ["id", "amount"]})
        expect(answer.json()["data"]["unique_record_key"], "id,amount", "unique_record_key of a list")


def failed_records_beyond_the_accuracy_fail_the_pipeline(shared):
    with shared.client() as client:
        for accuracy, failures, state in [(1.0, 1, "failed"), (0.9, 1, "completed"), (0.9, 2, "completed"),
                                          (0.8, 3, "failed"), (1.0, 0, "completed")]:
            pipeline = created(client, "trial/fail", accuracy=accuracy)
            rows = [[number, number < failures] for number in range(10)]
            pipeline.push(inputs=[["value", "fail"], *rows])
            completed(pipeline)
            pipeline.dispose()
            until(lambda: pipeline.get_status().data["batch_status"] in {"completed", "failed"}, "the pipeline ended")
            # 0.9 is 10 % or, rounded up, 11 %: the client computes with floating point numbers.
            percentage = pipeline.get_info().data["data"]["configuration"]["acceptable_error_percentage"]
            wanted = "failed" if failures * 10 > percentage else "completed"
            if (accuracy, failures) != (0.9, 2):
                expect(wanted, state, f"what {percentage} % mean")
            expect(pipeline.get_status().data["batch_status"], wanted, f"state with {failures} of 10 and {percentage} %")
            expect(len(client.batches.of(pipeline.batch_id).pull().data["data"]), 1, "chunks that can still be pulled")
            summary = pipeline.get_info().data["data"]["summary"]
            expect((summary["records_failed"], summary["records_completed"]), (failures, 10), "records")


CASES = [
    every_option_of_create_is_taken_and_shown, defaults_are_those_of_the_vendor,
    accuracy_becomes_an_acceptable_percentage, older_spellings_of_buffer_sizes_are_taken,
    a_buffer_is_never_larger_than_what_the_tenant_has, selected_outputs_are_the_only_ones,
    subservices_are_sets_of_outputs, unknown_outputs_and_subservices_are_refused_at_once,
    unique_record_keys_may_be_a_list_or_a_text, failed_records_beyond_the_accuracy_fail_the_pipeline,
]
