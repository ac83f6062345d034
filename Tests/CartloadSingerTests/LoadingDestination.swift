// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger

/// A destination that loads batch files itself, and tells what it was asked for.
final class LoadingDestination: Destination {
    let log: EventLog
    /// The formats that it can load.
    let formats: Set<String>

    init(_ log: EventLog, formats: Set<String> = ["jsonl"]) {
        self.log = log
        self.formats = formats
    }

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter { Writer(destination: self) }

    private struct Writer: BatchFileLoading {
        let destination: LoadingDestination

        func canLoad(_ files: BatchFiles) -> Bool {
            destination.log.note("asked")
            return destination.formats.contains(files.format)
        }

        func process(batchFiles files: BatchFiles) async throws -> Int {
            let names = files.paths.map { $0.split(separator: "/").last ?? "" }.joined(separator: ",")
            destination.log.note("load \(names) \(files.compression) \(files.rows)")
            return 10
        }

        func write(_ batch: PreparedBatch) async throws { destination.log.note("write \(batch.recordCount)") }

        func commit(_ commit: Commit) async throws -> JSONValue {
            destination.log.note("commit")
            return .null
        }
    }
}
