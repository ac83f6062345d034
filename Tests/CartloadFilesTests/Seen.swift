// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Synchronization

/// What came out of a stream.
final class Seen: Sendable {
    private let elements = Mutex<[BatchOutput.Element]>([])

    func add(_ element: BatchOutput.Element) { elements.withLock { $0.append(element) } }

    func ids() throws -> [Int?] {
        try elements.withLock { $0 }.flatMap { element -> [Int?] in
            guard case .records(let batch, _, _, _) = element else { return [] }
            return try batch.records().map { $0.object["id"]?.intValue }
        }
    }

    var checkpoint: Checkpoint? {
        elements.withLock { elements in
            guard case .closed(_, let checkpoint) = elements.last else { return nil }
            return checkpoint
        }
    }
}
