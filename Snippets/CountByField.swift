// SPDX-License-Identifier: Apache-2.0
// Reads files and counts their records by a field: swift run CountByField 'Examples/flights/*.csv.gz' carrier

import CartloadCore
import CartloadFiles

let words = CommandLine.arguments
precondition(words.count == 3, "usage: CountByField PATH FIELD")
let field = words[2]

/// Blocks come one after another from one reader, so an actor is enough to gather what they hold.
actor Counts {
    var byValue: [String: Int] = [:]

    func add(_ batch: RecordBatch, by field: String) throws {
        for record in try batch.records() {
            byValue[record.string(field) ?? record[field]?.description ?? "(none)", default: 0] += 1
        }
    }
}

let counts = Counts()
let output = BatchOutput(blockSize: 512 << 10) { element in
    if case .records(let batch, _, _, let diagnostics) = element {
        for reject in diagnostics.rejects { print("rejected: \(reject.error)") }
        try await counts.add(batch, by: field)
    }
}
for stream in try await FilesSource(FilesSourceOptions(paths: [words[1]])).streams() {
    for batch in try await stream.batches(since: nil) { try await stream.read(batch, into: output) }
}
for (value, count) in await counts.byValue.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
    print(value, count)
}
