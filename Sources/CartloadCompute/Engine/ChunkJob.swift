// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A chunk for a worker.
struct ChunkJob: Sendable {
    var pipeline: String
    var tenant: String
    var sequence: Int
    var chunkID: String
    var service: Service
    var selection: OutputSelection
    var keys: [String]
    /// Nil where the store has it.
    var input: Bytes?
    var attempts: Int
    var cancellation: RunCancellation
}
