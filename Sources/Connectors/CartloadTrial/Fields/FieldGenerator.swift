// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadExpressions

/// Makes the column of one field for a run of records.
struct FieldGenerator: Sendable {
    let field: GeneratedField
    let type: FieldType
    private let random: NumberedRandom
    /// A second row of numbers, for what needs 128 bits.
    private let more: NumberedRandom
    private let nullness: NumberedRandom
    /// The texts of a choice: strings as they are, all else as JSON.
    private let texts: [Bytes]

    /// - Parameter before: `n` and the fields before this one.
    init(_ field: GeneratedField, seed: UInt64, before: Schema) throws {
        self.field = field
        random = NumberedRandom(seed: seed, field: field.name, purpose: 0)
        more = NumberedRandom(seed: seed, field: field.name, purpose: 1)
        nullness = NumberedRandom(seed: seed, field: field.name, purpose: 2)
        var texts: [Bytes] = []
        switch field.generator {
        case .sequence, .integer: type = .integer
        case .number: type = .number
        case .boolean: type = .boolean
        case .uuid: type = .string
        case .timestamp: type = .timestamp(zoned: true)
        case .choice(let values):
            let isText = values.allSatisfy { $0.stringValue != nil }
            type = isText ? .string : values.allSatisfy { $0.intValue != nil } ? .integer : .json
            if type != .integer { texts = values.map { Bytes(isText ? $0.stringValue ?? "" : $0.description) } }
        case .expression(let expression):
            if let path = expression.paths.first(where: { $0.count > 1 }) {
                throw CartloadError(
                    .generatedField, "the expression of \"\(field.name)\" looks into \"\(path[0])\"",
                    at: Location(field: field.name), advice: "Use whole fields.")
            }
            type = try expression.type(over: before)
        }
        self.texts = texts
    }

    /// The values of the records with these numbers, which count from 0.
    ///
    /// - Parameter before: The columns of `n` and the fields before this one.
    func column(_ numbers: Range<Int>, before: Columns) throws -> Column {
        let column = try values(numbers, before)
        guard field.nulls > 0 else { return column }
        let present = Bitmap(numbers.lazy.map { nullness.unit($0) >= field.nulls })
        // What an expression has made null stays so.
        let validity = column.validity.map { own in
            Bitmap((0..<numbers.count).lazy.map { own[$0] && present[$0] })
        }
        return Column(type: column.type, values: column.values, validity: validity ?? present, count: column.count)
    }

    private func values(_ numbers: Range<Int>, _ before: Columns) throws -> Column {
        switch field.generator {
        case .sequence(let start, let step):
            return integers(numbers) { Int64(start &+ $0 &* step) }
        case .integer(let range):
            let count = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound)) &+ 1
            // Over all integers there is no bound, and every bit pattern is one.
            guard count > 0 else { return integers(numbers) { Int64(bitPattern: random[$0]) } }
            return integers(numbers) {
                Int64(range.lowerBound) &+ Int64(bitPattern: random.below(count, $0))
            }
        case .number(let range, let decimals):
            let width = range.upperBound - range.lowerBound
            let scale = decimals.map { FieldGenerator.powers[min(max($0, 0), 15)] }
            let buffer = Buffer<Double>(count: numbers.count) { values in
                for (row, number) in numbers.enumerated() {
                    let value = range.lowerBound + random.unit(number) * width
                    values[row] = scale.map { (value * $0).rounded() / $0 } ?? value
                }
            }
            return Column(type: .number, values: .float64(buffer), count: numbers.count)
        case .boolean(let share):
            let bits = Bitmap(numbers.lazy.map { random.unit($0) < share })
            return Column(type: .boolean, values: .boolean(bits), count: numbers.count)
        case .timestamp(let start, let step):
            let buffer = Buffer<Int64>(count: numbers.count) { values in
                for (row, number) in numbers.enumerated() { values[row] = start.microseconds &+ Int64(number) &* step }
            }
            return Column(type: type, values: .int64(buffer), count: numbers.count)
        case .choice(let values):
            guard type == .integer else { return chosen(numbers) }
            let integers = values.map { Int64($0.intValue ?? 0) }
            return self.integers(numbers) { integers[Int(random.below(UInt64(integers.count), $0))] }
        case .uuid: return identifiers(numbers)
        case .expression(let expression):
            let result = try expression.evaluate(over: before)
            if let error = result.errors.first {
                throw CartloadError(
                    .generatedValue, "the expression has no value: \(error.message)",
                    at: Location(record: numbers.lowerBound + error.row + 1, field: field.name),
                    advice: "Correct the expression; TRY_CAST gives null where CAST fails.")
            }
            return result.column
        }
    }

    private static let powers = (0...15).reduce(into: [Double]()) { powers, _ in
        powers.append((powers.last ?? 0.1) * 10)
    }

    private func integers(_ numbers: Range<Int>, _ make: (Int) -> Int64) -> Column {
        let buffer = Buffer<Int64>(count: numbers.count) { values in
            for (row, number) in numbers.enumerated() { values[row] = make(number) }
        }
        return Column(type: .integer, values: .int64(buffer), count: numbers.count)
    }

    private func chosen(_ numbers: Range<Int>) -> Column {
        var builder = TextBuilder(capacity: numbers.count)
        for number in numbers {
            texts[Int(random.below(UInt64(texts.count), number))].withUnsafeBytes { builder.append($0) }
        }
        return Column(type: type, values: .text(builder.finish()), count: numbers.count)
    }

    /// Version 4 in its form: 122 random bits and the marks.
    private func identifiers(_ numbers: Range<Int>) -> Column {
        let digits = Array("0123456789abcdef".utf8)
        var text = [UInt8](repeating: UInt8(ascii: "-"), count: 36)
        let places = (0..<36).filter { ![8, 13, 18, 23].contains($0) }
        var builder = TextBuilder(capacity: numbers.count, byteCapacity: numbers.count * 36)
        for number in numbers {
            var high = random[number] & ~0xf000 | 0x4000
            var low = more[number] & ~(3 << 62) | 1 << 63
            for place in places[16...].reversed() {
                text[place] = digits[Int(low & 15)]
                low >>= 4
            }
            for place in places[..<16].reversed() {
                text[place] = digits[Int(high & 15)]
                high >>= 4
            }
            text.withUnsafeBytes { builder.append($0) }
        }
        return Column(type: .string, values: .text(builder.finish()), count: numbers.count)
    }
}
