# SPDX-License-Identifier: Apache-2.0
"""Result chunks: outputs that mirror inputs, problems beside their records, aggregations."""
import cspark.sdk as Spark

import shapes
from difference import expect, require
from place import completed, created, pulled


def only(pipeline):
    return shapes.result(next(iter(pulled(pipeline, 1).values())))


def outputs_have_the_form_of_inputs(shared):
    with shared.client() as client:
        pipeline = created(client)
        pipeline.push(inputs=[["value"], [1.5], [12345678901234567890]])
        result = only(pipeline)
        expect(result["outputs"], [["value"], [3.0], [24691357802469135780]], "outputs of rows")
        expect([len(result[name]) for name in ["warnings", "errors", "process_time"]], [2, 2, 2], "slots")
        expect(result["summary_output"], [[]], "summary_output without an aggregation")
        require(all(time >= 0 for time in result["process_time"]), "process_time")
        pipeline = created(client)
        pipeline.push(inputs=[{"value": 1}, {"value": 2}])
        expect(only(pipeline)["outputs"], [{"value": 2}, {"value": 4}], "outputs of objects")


def errors_and_warnings_stand_beside_their_records(shared):
    with shared.client() as client:
        pipeline = created(client, "shop/price[1.1.0]")
        pipeline.push(inputs=[["amount"], [1], [-1], [0], ["x"], [5]])
        result = only(pipeline)
        nulls = [None, None, None]
        expect(
            result["outputs"],
            [["price", "tax", "label"], [2, 0.5, "1x2"], nulls, [0, 0.0, "0x2"], nulls, [10, 2.5, "5x2"]], "outputs")
        expect([slot is not None for slot in result["errors"]], [False, True, False, True, False], "slots of errors")
        expect([slot is not None for slot in result["warnings"]], [False, False, True, False, False], "warnings")
        error = result["errors"][1][0]
        shapes.keys(
            error, ["source_path", "message", "error_category", "error_type", "additional_details"], "an error")
        expect(
            (error["source_path"], error["message"], error["error_type"]),
            ("amount", "the amount is negative", "negative"), "the error of the program")
        expect(
            (result["errors"][3][0]["source_path"], result["errors"][3][0]["error_category"]),
            ("amount", "invalid_input"), "the error of a wrong type")
        expect(
            result["warnings"][2], [{"source_path": "amount", "message": "the amount is 0"}], "the program's warning")
        summary = pipeline.get_info().data["data"]["summary"]
        expect((summary["records_failed"], summary["chunks_failed"]), (2, 1), "failed")
        expect(summary["records_completed"], 5, "records_completed, which include failed ones")
        pipeline = created(client, "shop/price[1.1.0]")
        pipeline.push(inputs=[{"amount": -1}, {"amount": 1}, {}])
        result = only(pipeline)
        expect([output is None for output in result["outputs"]], [True, False, True], "failed objects")
        expect([slot is not None for slot in result["errors"]], [True, False, True], "errors of objects")


def unknown_inputs_are_warned_of_once_in_a_chunk(shared):
    with shared.client() as client:
        pipeline = created(client)
        pipeline.push(inputs=[["value", "colour"], [1, "red"], [2, "blue"]])
        result = only(pipeline)
        expect(result["outputs"], [["value"], [2], [4]], "outputs")
        expect([slot is not None for slot in result["warnings"]], [True, False], "warnings")
        expect(result["warnings"][0][0]["source_path"], "colour", "source_path")


def parameters_are_inputs_of_all_records(shared):
    with shared.client() as client:
        pipeline = created(client, "shop/price[1.1.0]", selected_outputs="price")
        pipeline.push(data=Spark.ChunkData([["amount"], [1], [2]], {"rate": 10}))
        expect(only(pipeline)["outputs"], [["price"], [10], [20]], "outputs")
        # A record's own value counts.
        pipeline.push(data=Spark.ChunkData([{"amount": 1}, {"amount": 1, "rate": 3}], {"rate": 10}))
        expect(only(pipeline)["outputs"], [{"price": 10}, {"price": 3}], "outputs")


def summed(shared, inputs, operators, ignores=False, parameters=None, **more):
    with shared.client() as client:
        pipeline = created(client, "shop/price[1.1.0]")
        summary = {
            "ignore_error": ignores,
            "aggregation": [{"output_name": output, "operator": operator} for output, operator in operators], **more,
        }
        pipeline.push(data=Spark.ChunkData(inputs, parameters or {}, summary))
        result = only(pipeline)
        return result, pipeline.get_info().data["data"]["summary"]["summary_output"]


def aggregations_are_a_row_below_a_row_of_names(shared):
    result, total = summed(shared, [["amount"], [1], [2], [10]], [("price", "SUM")], parameters={"rate": 10})
    expect(result["summary_output"], [["price"], [130]], "summary_output")
    expect(total, [["price"], [130]], "summary_output of info")
    operators = [("price", "SUM"), ("tax", "AVG"), ("price", "MIN"), ("price", "MAX"), ("price", "COUNT")]
    result, _ = summed(shared, [["amount"], [1], [2], [3]], operators)
    expect(
        result["summary_output"],
        [["price", "tax", "price_MIN", "price_MAX", "price_COUNT"], [12, 1.0, 2, 6, 3]], "all operators")


def a_failed_record_makes_aggregations_null_unless_ignored(shared):
    result, _ = summed(shared, [["amount"], [1], [-2], [3]], [("price", "SUM")])
    expect(result["summary_output"], [["price"], [None]], "summary_output")
    result, _ = summed(shared, [["amount"], [1], [-2], [3]], [("price", "SUM")], ignores=True)
    expect(result["summary_output"], [["price"], [8]], "summary_output that ignores errors")


def outputs_can_be_left_out_of_a_summary(shared):
    result, _ = summed(shared, [["amount"], [1], [-2], [0]], [("price", "SUM")], True, return_all_records=False)
    expect((result["outputs"], result["process_time"]), ([], []), "what is left out")
    expect([slot is not None for slot in result["errors"]], [False, True, False], "errors")
    expect([slot is not None for slot in result["warnings"]], [False, False, True], "warnings")
    expect(result["summary_output"], [["price"], [2]], "summary_output")


def sums_go_over_all_chunks_in_info(shared):
    with shared.client() as client:
        pipeline = created(client)
        summary = {"aggregation": [{"output_name": "value", "operator": "SUM"}]}
        chunks = Spark.create_chunks([["value"], *[[n] for n in range(1, 101)]], chunk_size=10, summary=summary)
        pipeline.push(chunks=chunks)
        completed(pipeline)
        expect(pipeline.get_info().data["data"]["summary"]["summary_output"], [["value"], [10100]], "total")


def a_service_that_declares_nothing_gives_what_it_gives(shared):
    with shared.client() as client:
        pipeline = created(client, "trial/any")
        pipeline.push(inputs=[["a", "b"], [1, None], ["x", {"deep": [1, {"y": 2}]}]])
        expect(only(pipeline)["outputs"], [["a", "b"], [1, None], ["x", {"deep": [1, {"y": 2}]}]], "outputs")
        pipeline.push(inputs=[["A", "B"], [1, [["B1", "B2"], [6, 3], [9, 4]]]])
        expect(only(pipeline)["outputs"], [["A", "B"], [1, [["B1", "B2"], [6, 3], [9, 4]]]], "a table in a table")


CASES = [
    outputs_have_the_form_of_inputs, errors_and_warnings_stand_beside_their_records,
    unknown_inputs_are_warned_of_once_in_a_chunk, parameters_are_inputs_of_all_records,
    aggregations_are_a_row_below_a_row_of_names, a_failed_record_makes_aggregations_null_unless_ignored,
    outputs_can_be_left_out_of_a_summary, sums_go_over_all_chunks_in_info,
    a_service_that_declares_nothing_gives_what_it_gives,
]
