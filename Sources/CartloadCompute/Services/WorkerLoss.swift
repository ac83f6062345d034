// SPDX-License-Identifier: Apache-2.0

/// Why a worker cannot be used any more.
public struct WorkerLoss: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable {
        /// It ended: an exit or a signal.
        case crashed
        /// It took longer than it may, and was killed.
        case hung
        /// What it said is no answer: another count of lines, or no JSON.
        case outOfStep
    }

    public var reason: Reason
    /// What happened, with the last words of the worker if it had any.
    public var message: String
    /// How many records had an answer by then, if that is known: the next one is the first to be suspected.
    public var answered: Int?

    public init(_ reason: Reason, _ message: String, answered: Int? = nil) {
        self.reason = reason
        self.message = message
        self.answered = answered
    }

    public var description: String { message }
}
