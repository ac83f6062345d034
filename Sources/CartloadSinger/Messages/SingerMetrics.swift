// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import Synchronization

/// The metrics that Singer programs print, as singer-sdk 0.54.9 names them: counters are what is new, timers are seconds.
struct SingerMetrics: Sendable {
    let clock: RunClock
    let send: @Sendable (JSONValue) -> Void

    /// How often counters are sent.
    private static let interval = Duration.seconds(60)

    func timer(_ name: String, since start: Duration, _ tags: JSONObject) {
        let duration = clock.now() - start
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        var tags = tags
        tags["status"] = "succeeded"
        send([
            "type": "timer", "metric": .string(name), "value": .double((seconds * 1e6).rounded() / 1e6),
            "tags": .object(tags),
        ])
    }

    func counter(_ name: String, _ value: Int, stream: String) {
        send([
            "type": "counter", "metric": .string(name), "value": .int(value),
            "tags": ["stream": .string(stream), "context": .object(JSONObject())],
        ])
    }

    /// Sends the counters of a stream from time to time, until it is finished.
    func count(_ stream: String, _ meter: RunMeter, streamName: String) -> Counting {
        Counting(self, stream, meter, streamName)
    }

    final class Counting: Sendable {
        private let metrics: SingerMetrics
        private let stream: String
        private let streamName: String
        private let meter: RunMeter
        private let sent: Mutex<(records: Int, batches: Int)>
        private let task = Mutex<Task<Void, Never>?>(nil)

        init(_ metrics: SingerMetrics, _ stream: String, _ meter: RunMeter, _ streamName: String) {
            self.metrics = metrics
            self.stream = stream
            self.streamName = streamName
            self.meter = meter
            let files = meter.snapshot.filesWritten
            sent = Mutex((0, files))
            let ticking = Task { [weak self] in
                while !Task.isCancelled {
                    try? await metrics.clock.sleep(SingerMetrics.interval)
                    if !Task.isCancelled { self?.report() }
                }
            }
            task.withLock { $0 = ticking }
        }

        private func report() {
            let statistics = meter.snapshot
            let counted = statistics[stream: streamName]
            let records = counted.recordsRead - counted.recordsRejected - counted.recordsDropped
            let (newRecords, newBatches) = sent.withLock { sent in
                defer { sent = (records, statistics.filesWritten) }
                return (records - sent.records, statistics.filesWritten - sent.batches)
            }
            metrics.counter("record_count", newRecords, stream: stream)
            if newBatches > 0 { metrics.counter("batch_count", newBatches, stream: stream) }
        }

        func cancel() { task.withLock { $0?.cancel() } }

        /// Sends what has not been sent.
        func finish() {
            cancel()
            report()
        }
    }
}
