// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How far a run is, for whoever shows it.
final class BatchesMeter: Sendable {
    struct Reading: Sendable, Hashable {
        var counts = RunCounts()
        /// Stored bytes of the input up to what is written.
        var bytes = 0
        /// Those of all of it; nil for a pipe.
        var totalBytes: Int?
        /// Records that are pushed and not written.
        var underWay = 0
        /// What a run of an earlier time has done of ``counts``.
        var resumedRecords = 0
    }

    let name: String
    private let reading: Mutex<Reading>

    init(name: String, _ reading: Reading) {
        self.name = name
        self.reading = Mutex(reading)
    }

    var now: Reading { reading.withLock { $0 } }

    func change(_ body: (inout Reading) -> Void) { reading.withLock { body(&$0) } }
}
