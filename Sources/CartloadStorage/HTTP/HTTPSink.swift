// SPDX-License-Identifier: Apache-2.0

/// Where an answer goes; called on the engine's thread, in this order: `begin` once, `take` repeatedly, `end` once.
///
/// Without an answer there is only `end`. No call may wait.
protocol HTTPSink: Sendable {
    func begin(_ head: HTTPResponseHead)

    /// Takes bytes of the body, all or none; false means that there is no room until the transfer is resumed.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool

    /// The answer is complete, or broken by a failure.
    func end(_ failure: (any Error)?)
}
