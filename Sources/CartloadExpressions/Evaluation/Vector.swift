// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The values of a part of an expression for every row of a batch, or one value that stands for all rows.
///
/// Unlike a ``Column`` it keeps booleans and validity as a byte each, so that the kernels are plain loops over bytes,
/// which the compiler turns into vector instructions.
struct Vector: Sendable {
    enum Payload: Sendable {
        case none
        case flags(Buffer<UInt8>)
        case integers(Buffer<Int64>)
        case numbers(Buffer<Double>)
        case text(TextBuffer)
    }

    var type: ValueType
    /// Whether the one value stands for every row; `count` is 1 then.
    var isConstant: Bool
    let count: Int
    let payload: Payload
    /// 1 for each row that has a value; nil when all do.
    var validity: Buffer<UInt8>?
    /// Rows without a value because something is wrong with it; they are null here.
    var errors: [RowError] = []

    init(_ type: ValueType, _ payload: Payload, validity: Buffer<UInt8>? = nil, count: Int, isConstant: Bool = false) {
        self.type = type
        self.payload = payload
        self.validity = validity
        self.count = count
        self.isConstant = isConstant
    }

    /// 0 for a constant, so that `row & mask` finds the value of any row.
    @inline(__always) var mask: Int { isConstant ? 0 : -1 }

    @inline(__always) func isValid(_ row: Int) -> Bool {
        guard let validity else { return true }
        return validity.pointer[row & mask] != 0
    }

    /// Whether it is the one value null.
    var isNullConstant: Bool { isConstant && !isValid(0) }

    var flags: UnsafePointer<UInt8> {
        guard case .flags(let buffer) = payload else { preconditionFailure("\(type) is not held as flags") }
        return buffer.pointer
    }

    var integers: UnsafePointer<Int64> {
        guard case .integers(let buffer) = payload else { preconditionFailure("\(type) is not held as integers") }
        return buffer.pointer
    }

    var numbers: UnsafePointer<Double> {
        guard case .numbers(let buffer) = payload else { preconditionFailure("\(type) is not held as numbers") }
        return buffer.pointer
    }

    var text: TextBuffer {
        guard case .text(let buffer) = payload else { preconditionFailure("\(type) is not held as text") }
        return buffer
    }

    /// A row's bytes.
    @inline(__always) func bytes(_ row: Int) -> UnsafeRawBufferPointer { text.value(row & mask) }
}

extension Vector {
    /// A constant null that can stand where values of the type are expected.
    static func null(_ type: ValueType) -> Vector {
        let validity = Buffer<UInt8>([0])
        return switch type.layout {
        case .none: Vector(type, .none, validity: validity, count: 1, isConstant: true)
        case .flags: Vector(type, .flags(Buffer([0])), validity: validity, count: 1, isConstant: true)
        case .integers: Vector(type, .integers(Buffer([0])), validity: validity, count: 1, isConstant: true)
        case .numbers: Vector(type, .numbers(Buffer([0])), validity: validity, count: 1, isConstant: true)
        case .text: Vector(type, .text(TextBuffer.single("")), validity: validity, count: 1, isConstant: true)
        }
    }

    static func constant(_ literal: Syntax.Literal) -> Vector {
        switch literal {
        case .null: null(.null)
        case .boolean(let value): Vector(.boolean, .flags(Buffer([value ? 1 : 0])), count: 1, isConstant: true)
        case .integer(let value): Vector(.integer, .integers(Buffer([value])), count: 1, isConstant: true)
        case .number(let value): Vector(.number, .numbers(Buffer([value])), count: 1, isConstant: true)
        case .string(let value): Vector(.text, .text(.single(value)), count: 1, isConstant: true)
        case .date(let value): Vector(.date, .integers(Buffer([value])), count: 1, isConstant: true)
        case .timestamp(let value):
            Vector(.timestamp(zoned: false), .integers(Buffer([value])), count: 1, isConstant: true)
        }
    }

    /// The same values under another type with the same layout.
    func retyped(_ type: ValueType) -> Vector {
        var vector = self
        vector.type = type
        return vector
    }
}

extension TextBuffer {
    static func single(_ value: String) -> TextBuffer {
        var builder = TextBuilder(capacity: 1)
        builder.append(value)
        return builder.finish()
    }
}

/// One record for which an expression has no value.
public struct RowError: Sendable, Hashable {
    /// Its row in the batch that was evaluated.
    public var row: Int
    /// What is wrong, one sentence.
    public var message: String

    public init(row: Int, message: String) {
        self.row = row
        self.message = message
    }
}
