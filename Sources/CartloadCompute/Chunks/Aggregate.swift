// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What is known of the numbers of one output, so that it can be put together with what is known of others.
///
/// Whole numbers are summed exactly for as long as they fit 128 bits; as soon as there is a fraction the sum is a double with
/// a correction term (Neumaier), so that the order of the numbers hardly matters.
struct Aggregate: Sendable, Hashable {
    private(set) var count = 0
    /// A record failed that was not to be ignored: nothing can be said.
    private(set) var isBroken = false
    private var whole: Int128 = 0
    private var isWhole = true
    private var sum = 0.0
    private var correction = 0.0
    private var minimum: ComparedNumber?
    private var maximum: ComparedNumber?

    mutating func add(_ text: String) {
        guard let compared = ComparedNumber(text) else { return }
        count += 1
        if isWhole, let integer = compared.whole {
            let (total, overflows) = whole.addingReportingOverflow(integer)
            if overflows { leaveWhole() } else { whole = total }
        } else {
            leaveWhole()
        }
        if !isWhole { add(compared.number) }
        compare(compared, compared)
    }

    private mutating func compare(_ low: ComparedNumber?, _ high: ComparedNumber?) {
        if let low, minimum.map({ low < $0 }) ?? true { minimum = low }
        if let high, maximum.map({ $0 < high }) ?? true { maximum = high }
    }

    mutating func `break`() { isBroken = true }

    private mutating func leaveWhole() {
        guard isWhole else { return }
        isWhole = false
        sum = Double(whole)
    }

    private mutating func add(_ number: Double) {
        let total = sum + number
        correction += abs(sum) >= abs(number) ? (sum - total) + number : (number - total) + sum
        sum = total
    }

    /// Takes what is known of other numbers.
    mutating func merge(_ other: Aggregate) {
        isBroken = isBroken || other.isBroken
        count += other.count
        if isWhole, other.isWhole {
            let (total, overflows) = whole.addingReportingOverflow(other.whole)
            if overflows {
                leaveWhole()
                add(Double(other.whole))
            } else {
                whole = total
            }
        } else {
            leaveWhole()
            if other.isWhole {
                add(Double(other.whole))
            } else {
                add(other.sum)
                correction += other.correction
            }
        }
        compare(other.minimum, other.maximum)
    }

    /// The number as JSON; null where there is none.
    func value(_ operator: Aggregation.Operator) -> JSONValue {
        if isBroken { return .null }
        switch `operator` {
        case .count: return .int(count)
        case .sum: return isWhole ? .number(String(whole)) : .double(sum + correction)
        case .minimum: return minimum.map { .number($0.text) } ?? .null
        case .maximum: return maximum.map { .number($0.text) } ?? .null
        case .average:
            if count == 0 { return .null }
            return .double((isWhole ? Double(whole) : sum + correction) / Double(count))
        }
    }
}

extension Aggregate {
    /// As it is stored.
    var json: JSONValue {
        .object(
            JSONObject([
                ("n", .int(count)), ("broken", .bool(isBroken)), ("whole", isWhole ? .string(String(whole)) : .null),
                ("sum", Aggregate.stored(sum)), ("rest", Aggregate.stored(correction)),
                ("min", minimum.map { .number($0.text) } ?? .null), ("max", maximum.map { .number($0.text) } ?? .null),
            ]))
    }

    init?(_ value: JSONValue) {
        guard let count = value["n"]?.intValue, let isBroken = value["broken"]?.boolValue else { return nil }
        self.count = count
        self.isBroken = isBroken
        if let text = value["whole"]?.stringValue, let whole = Int128(text) {
            self.whole = whole
        } else {
            isWhole = false
        }
        sum = Aggregate.read(value["sum"])
        correction = Aggregate.read(value["rest"])
        if case .number(let text)? = value["min"] { minimum = ComparedNumber(text) }
        if case .number(let text)? = value["max"] { maximum = ComparedNumber(text) }
    }

    /// A sum that is too large stays so: as null it would be read as nothing.
    private static func stored(_ number: Double) -> JSONValue {
        number.isFinite ? .double(number) : .string("\(number)")
    }

    private static func read(_ value: JSONValue?) -> Double {
        value?.doubleValue ?? value?.stringValue.flatMap(Double.init) ?? 0
    }
}
