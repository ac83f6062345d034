// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadExpressions

/// One field of generated records.
public struct GeneratedField: Sendable {
    /// How its values are made.
    public enum Generator: Sendable {
        /// `start`, `start + step`, …
        case sequence(start: Int, step: Int)
        /// Any whole number of a range, each as likely.
        case integer(ClosedRange<Int>)
        /// Any number of a range, with so many digits after the point, or all.
        case number(ClosedRange<Double>, decimals: Int?)
        /// True in this share of the records.
        case boolean(Double)
        /// One of these, each as likely.
        case choice([JSONValue])
        /// A text in the form of a random UUID.
        case uuid
        /// A time and how many microseconds go by from one record to the next.
        case timestamp(start: Instant, step: Int64)
        /// Computed from `n`, the record's number from 1 on, and the fields before this one.
        case expression(Expression)
    }

    public var name: String
    public var generator: Generator
    /// The share of records in which it is null.
    public var nulls: Double

    public init(_ name: String, _ generator: Generator, nulls: Double = 0) {
        self.name = name
        self.generator = generator
        self.nulls = nulls
    }
}
