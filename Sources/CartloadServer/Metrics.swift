// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute

/// What an engine has done and does, as Prometheus reads it.
struct Metrics {
    private let engine: ComputeEngine

    init(_ engine: ComputeEngine) { self.engine = engine }

    var text: String {
        let totals = engine.totals
        var lines: [String] = []
        func counter(_ name: String, _ help: String, _ value: some CustomStringConvertible) {
            lines.append("# HELP cartload_\(name) \(help)")
            lines.append("# TYPE cartload_\(name) counter")
            lines.append("cartload_\(name) \(value)")
        }
        counter("pipelines_created_total", "Pipelines that were created.", totals.pipelinesCreated)
        counter("chunks_accepted_total", "Chunks that were accepted.", totals.chunksAccepted)
        counter("chunks_repeated_total", "Chunks that were pushed again.", totals.chunksRepeated)
        counter("records_accepted_total", "Records that were accepted.", totals.recordsAccepted)
        counter("accepted_bytes_total", "Bytes of chunks that were accepted.", totals.bytesAccepted)
        counter("chunks_finished_total", "Chunks that have run.", totals.chunksFinished)
        counter("records_finished_total", "Records that have run.", totals.recordsFinished)
        counter("records_failed_total", "Records that failed.", totals.recordsFailed)
        counter("records_retried_total", "Records that were run again.", totals.recordsRetried)
        counter("chunks_delivered_total", "Chunks whose results were handed out.", totals.chunksDelivered)
        counter("refused_requests_total", "Requests that changed nothing.", totals.refusals)
        counter("store_failures_total", "Changes that the store could not keep.", totals.storeFailures)
        counter("compute_seconds_total", "Time of all records together.", totals.computeTime / 1000)
        let uses = engine.tenantUses.sorted { $0.key < $1.key }
        func gauge(_ name: String, _ help: String, _ value: (TenantUse) -> Int) {
            lines.append("# HELP cartload_\(name) \(help)")
            lines.append("# TYPE cartload_\(name) gauge")
            for (tenant, use) in uses {
                lines.append("cartload_\(name){tenant=\"\(Metrics.escaped(tenant))\"} \(value(use))")
            }
        }
        gauge("pipelines", "Pipelines that are kept.") { $0.pipelines }
        gauge("input_buffer_bytes", "Bytes of chunks that wait or run.") { $0.inputUsed }
        gauge("output_buffer_bytes", "Bytes of results that are not pulled.") { $0.outputUsed }
        gauge("workers_in_use", "Chunks that run.") { $0.workersInUse }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func escaped(_ label: String) -> String {
        var text = ""
        for character in label {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
        return text
    }
}
