// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadExpressions

/// How long a link holds records back, across transfers.
public struct LinkBuffer: Sendable {
    /// Whether one limit is enough to let records go, or all of them must be reached.
    public enum Mode: String, Sendable, Hashable, CaseIterable { case any, all }

    /// How much is let go at once.
    public enum Shape: String, Sendable, Hashable, CaseIterable {
        /// Everything that is held, as one batch.
        case everything
        /// Batches of exactly ``records``, or of at most ``bytes``; what is left over waits for more.
        case exact
    }

    /// What let records go.
    public enum Trigger: String, Sendable, Hashable, CaseIterable {
        case records, bytes, age, idle, check, condition, flush
    }

    /// What a buffer holds.
    public struct Held: Sendable, Hashable {
        public var records = 0
        /// The JSON text of the records, without line feeds.
        public var bytes = 0
        /// The time since the first of them came.
        public var age: Duration = .zero
        /// The time since the last of them came.
        public var idle: Duration = .zero

        public init() {}
    }

    /// At least so many records.
    public var records: Int?
    /// At least so many bytes; in exact batches at most so many, where a larger record is alone.
    public var bytes: Int?
    /// So long after the first record came.
    public var age: Duration?
    /// So long after the last record came.
    public var idle: Duration?
    /// A record for which this is true ends what is held, itself included.
    public var check: Expression?
    /// Anything else about what is held.
    public var condition: (@Sendable (Held) -> Bool)?
    public var mode: Mode
    public var shape: Shape
    /// A SQLite database that holds the records too, so that they survive the end of the program; nil for memory only, where
    /// the inlets bring them again.
    public var file: String?
    /// More than so many bytes are let go whatever the limits say (I7).
    public var maximumBytes = 256 << 20

    /// - Throws: `CartloadError` with code `link.buffer` for one that would never let anything go.
    public init(
        records: Int? = nil, bytes: Int? = nil, age: Duration? = nil, idle: Duration? = nil, check: Expression? = nil,
        mode: Mode = .any, shape: Shape = .everything, file: String? = nil,
        condition: (@Sendable (Held) -> Bool)? = nil
    ) throws {
        self.records = records
        self.bytes = bytes
        self.age = age
        self.idle = idle
        self.check = check
        self.condition = condition
        self.mode = mode
        self.shape = shape
        self.file = file
        func refuse(_ message: String, _ advice: String) -> CartloadError {
            CartloadError(.linkBuffer, message, advice: advice)
        }
        guard records != nil || bytes != nil || age != nil || idle != nil || check != nil || condition != nil else {
            throw refuse("the buffer would never let anything go", "Set records, bytes, age, idle or check.")
        }
        guard (records ?? 1) > 0, (bytes ?? 1) > 0, (age ?? .seconds(1)) > .zero, (idle ?? .seconds(1)) > .zero else {
            throw refuse("the limits of the buffer must be positive", "Leave out what shall not count.")
        }
        guard shape == .everything || mode == .any else {
            throw refuse("exact batches have no limits that go together", "Use `any`, or let everything go at once.")
        }
        guard shape == .everything || records != nil || bytes != nil || check != nil else {
            throw refuse("exact batches need a limit", "Set records, bytes or check.")
        }
    }
}

extension CartloadError.Code {
    /// The settings of a link's buffer do not go together, or its file cannot be used.
    public static let linkBuffer = CartloadError.Code("link.buffer")
}
