// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute

/// What a server has done and does, as Prometheus reads it; `Docs/batches-api.md` lists it.
struct Metrics {
    let engine: ComputeEngine
    let workers: [ServiceWorkers]
    let requests: RequestTimes

    var text: String {
        var text = PrometheusText()
        addTotals(to: &text)
        addTenants(to: &text)
        addWorkers(to: &text)
        addRequests(to: &text)
        return text.text
    }

    private func addTotals(to text: inout PrometheusText) {
        let totals = engine.totals
        text.add(.counter, "pipelines_created_total", "Pipelines that were created.", totals.pipelinesCreated)
        text.add(.counter, "chunks_accepted_total", "Chunks that were accepted.", totals.chunksAccepted)
        text.add(.counter, "chunks_repeated_total", "Chunks that were pushed again.", totals.chunksRepeated)
        text.add(.counter, "records_accepted_total", "Records that were accepted.", totals.recordsAccepted)
        text.add(.counter, "accepted_bytes_total", "Bytes of chunks that were accepted.", totals.bytesAccepted)
        text.add(.counter, "chunks_finished_total", "Chunks that have run.", totals.chunksFinished)
        text.add(.counter, "records_finished_total", "Records that have run.", totals.recordsFinished)
        text.add(.counter, "records_failed_total", "Records that failed.", totals.recordsFailed)
        text.add(.counter, "records_retried_total", "Records that were run again.", totals.recordsRetried)
        text.add(.counter, "chunks_delivered_total", "Chunks whose results were handed out.", totals.chunksDelivered)
        text.add(.counter, "refused_requests_total", "Requests that changed nothing.", totals.refusals)
        text.add(.counter, "store_failures_total", "Changes that the store could not keep.", totals.storeFailures)
        text.add(.counter, "compute_seconds_total", "Time of all records together.", totals.computeTime / 1000)
    }

    private func addTenants(to text: inout PrometheusText) {
        let uses = engine.tenantUses.sorted { $0.key < $1.key }
        func gauge(_ name: String, _ help: String, _ value: (TenantUse) -> Int) {
            text.add(.gauge, name, help, uses.map { ([("tenant", $0.key)], value($0.value)) })
        }
        gauge("pipelines", "Pipelines that are kept.") { $0.pipelines }
        gauge("chunks_queued", "Chunks that wait to be run.") { $0.chunksQueued }
        gauge("chunks_available", "Finished chunks that are not pulled, and not lent.") { $0.chunksAvailable }
        gauge("input_buffer_bytes", "Bytes of chunks that wait or run.") { $0.inputUsed }
        gauge("input_buffer_limit_bytes", "Bytes that they may have.") { $0.limits.inputBytes }
        gauge("output_buffer_bytes", "Bytes of results that are not pulled.") { $0.outputUsed }
        gauge("output_buffer_limit_bytes", "Bytes that they may have.") { $0.limits.outputBytes }
        gauge("workers_in_use", "Chunks that run.") { $0.workersInUse }
    }

    private func addWorkers(to text: inout PrometheusText) {
        text.add(.gauge, "workers_limit", "Chunks that may run at once.", engine.options.workers)
        text.add(
            .gauge, "service_workers", "Workers of services, at work or waiting for it.",
            workers.flatMap { each -> [(labels: PrometheusText.Labels, value: any Numeric)] in
                [
                    ([("service", each.service), ("state", "busy")], each.counts.busy),
                    ([("service", each.service), ("state", "idle")], each.counts.idle),
                ]
            })
        func counter(_ name: String, _ help: String, _ value: (WorkerCounts) -> Int) {
            text.add(.counter, name, help, workers.map { ([("service", $0.service)], value($0.counts)) })
        }
        counter("service_workers_started_total", "Workers that were started.") { $0.started }
        counter("service_workers_lost_total", "Workers that crashed, hung or were out of step.") { $0.lost }
        counter("service_workers_restarted_total", "Workers that were started in the place of a lost one.") {
            $0.restarted
        }
    }

    private func addRequests(to text: inout PrometheusText) {
        let all = requests.all
        text.add(
            .counter, "http_requests_total", "Requests that were answered.",
            all.flatMap { each in
                each.histogram.statuses.sorted { $0.key < $1.key }.map { status, count in
                    ([("operation", each.operation.rawValue), ("code", "\(status)")], count)
                }
            })
        text.add(
            histogram: "http_request_duration_seconds",
            "Time that requests took until their answer; a pull or a status may wait on purpose.",
            bounds: RequestTimes.bounds.map { $0 / 1000 },
            all.map { each in
                ([("operation", each.operation.rawValue)], each.histogram.classes, each.histogram.sum / .seconds(1))
            })
    }
}
