# SPDX-License-Identifier: Apache-2.0
"""The exact keys of answers, and what their values are."""
import re

from difference import expect, require

STATUS = [
    "response_timestamp", "request_timestamp", "batch_status", "pipeline_status", "chunks_available",
    "chunks_submitted", "record_submitted", "chunks_completed", "records_completed", "compute_time_ms",
    "input_buffer_used_bytes", "input_buffer_remaining_bytes", "output_buffer_used_bytes",
    "output_buffer_remaining_bytes", "workers_in_use", "records_available",
]
ENVELOPE = [
    "service_id", "version_id", "compiler_version", "correlation_id", "source_system", "unique_record_key",
    "response_timestamp", "batch_status", "created_by", "created_timestamp", "updated_timestamp", "service_uri",
]
SUMMARY = [
    "chunks_submitted", "chunks_retried", "chunks_completed", "chunks_failed", "input_size_bytes", "output_size_bytes",
    "avg_compute_time_ms", "records_submitted", "records_retried", "records_completed", "records_failed",
    "compute_time_ms", "batch_time_ms",
]
CONFIGURATION = [
    "initial_workers", "chunks_per_request", "runner_thread_count", "acceptable_error_percentage",
    "input_buffer_allocated_bytes", "output_buffer_allocated_bytes", "max_workers",
]
ROW = [
    "pipeline_status", "summary", "response_timestamp", "batch_status", "created_by", "created_timestamp",
    "updated_timestamp", "service_uri",
]
ROW_SUMMARY = ["records_submitted", "records_failed", "records_completed", "compute_time_ms", "batch_time_ms"]
RESULT = ["id", "summary_output", "outputs", "warnings", "errors", "process_time"]
STATES = {
    "created", "in_progress", "closed", "closed_by_timeout", "completed", "completed_by_timeout", "failed", "cancelled",
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def keys(value, wanted, what):
    expect(sorted(value), sorted(wanted), f"keys of {what}")


def moments(value):
    for name in value:
        if name.endswith("_timestamp"):
            require(MOMENT.fullmatch(value[name]), f"{name} is {value[name]!r}")


def status(value):
    """The status object: sixteen keys, whole numbers that are not negative."""
    keys(value, STATUS, "the status")
    moments(value)
    require(value["batch_status"] in STATES, f"batch_status {value['batch_status']!r}")
    require(value["pipeline_status"] in {"active", "paused", "idle", "closed"}, value["pipeline_status"])
    for name in set(STATUS[4:]):
        require(type(value[name]) is int and value[name] >= 0, f"{name} is {value[name]!r}")
    require(value["input_buffer_used_bytes"] + value["input_buffer_remaining_bytes"] > 0, "there is no input buffer")
    require(value["output_buffer_used_bytes"] + value["output_buffer_remaining_bytes"] > 0, "there is no output buffer")
    return value


def envelope(value, whole=False):
    """The answer of create, close, cancel, and with more of info."""
    keys(value, ["object", "id", "data"], "the envelope")
    expect(value["object"], "batch", "object")
    keys(value["data"], ENVELOPE + (["summary", "configuration"] if whole else []), "data")
    moments(value["data"])
    require(re.fullmatch(r"[^/\[]+/[^/\[]+\[[^\]]+\]", value["data"]["service_uri"]), value["data"]["service_uri"])
    if whole:
        # summary_output is ours.
        keys(value["data"]["summary"], SUMMARY + ["summary_output"], "the summary")
        keys(value["data"]["configuration"], CONFIGURATION, "the configuration")
    return value


def description(value):
    """The answer of describe."""
    keys(value, ["in_progress_batches", "recent_batches", "tenant", "environment"], "describe")
    keys(value["tenant"], ["configuration", "status"], "the tenant")
    keys(
        value["tenant"]["configuration"],
        ["input_buffer_allocated_bytes", "output_buffer_allocated_bytes", "max_workers"], "the tenant's configuration")
    keys(
        value["tenant"]["status"],
        [
            "input_buffer_used_bytes", "input_buffer_remaining_bytes", "output_buffer_used_bytes",
            "output_buffer_remaining_bytes", "workers_in_use",
        ], "the tenant's status")
    keys(value["environment"], ["update"], "the environment")
    for row in value["in_progress_batches"] + value["recent_batches"]:
        keys(row, ["object", "id", "data"], "a row")
        keys(row["data"], ROW, "a row's data")
        keys(row["data"]["summary"], ROW_SUMMARY, "a row's summary")
        moments(row["data"])
    return value


def pull(value):
    """The answer of pull: data in any case, and the status."""
    keys(value, ["data", "status"], "the pull")
    status(value["status"])
    for chunk in value["data"]:
        result(chunk)
    return value


def result(chunk):
    """A result chunk: a slot of warnings, errors and times for each record."""
    keys(chunk, RESULT, "a result chunk")
    expect(len(chunk["warnings"]), len(chunk["errors"]), "slots of warnings and errors")
    for slot in chunk["errors"] + chunk["warnings"]:
        require(slot is None or isinstance(slot, list) and slot, f"a slot is {slot!r}")
        for problem in slot or []:
            require({"source_path", "message"} <= set(problem), f"a problem is {problem!r}")
    return chunk
