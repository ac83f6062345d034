// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// The numbers of the chunks that a request has taken, to be given back if it fails.
final class Taken: Sendable {
    private let numbers = Mutex<[Int]>([])

    var sequences: [Int] { numbers.withLock { $0 } }

    func set(_ sequences: [Int]) { numbers.withLock { $0 = sequences } }
}

extension ChunkSlot {
    /// A result that is taken out.
    struct Taken: Sendable {
        var sequence: Int
        var id: String
        /// Nil where the store has it.
        var output: Bytes?
    }
}
