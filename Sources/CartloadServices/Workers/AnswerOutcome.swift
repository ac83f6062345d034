// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// The outcome of a call, made of one answer after another: `$error`, `$warnings` and `$time` are taken out of them.
struct AnswerOutcome: ~Copyable {
    /// How many warnings of one record are kept, and how long a message may be (I7).
    static let maximumWarnings = 100
    static let maximumMessage = 4_000

    private var outputs: BytesBuilder
    private var places: [RowPlace] = []
    private var problems: [RecordProblem] = []
    private var times: [Double]?
    private let count: Int

    init(capacity: Int, count: Int) {
        outputs = BytesBuilder(capacity: capacity)
        self.count = count
        places.reserveCapacity(count)
    }

    /// Adds an answer that is an object.
    mutating func add(object text: Bytes) throws {
        guard text.mentionsMember, case .object(var object) = try JSONValue(parsing: text) else {
            return add(output: text)
        }
        let record = places.count
        if let milliseconds = object["$time"]?.doubleValue, milliseconds >= 0 {
            if times == nil { times = [Double](repeating: 0, count: count) }
            times?[record] = milliseconds
        }
        let warnings = object["$warnings"] ?? .null
        let list = warnings.isNull ? [] : warnings.arrayValue ?? [warnings]
        for warning in list.prefix(AnswerOutcome.maximumWarnings) {
            problems.append(RecordProblem(warning, of: record, .warning, limit: AnswerOutcome.maximumMessage))
        }
        if let error = object["$error"], !error.isNull {
            problems.append(RecordProblem(error, of: record, .error, limit: AnswerOutcome.maximumMessage))
            return add(output: nil)
        }
        let before = object.count
        for name in ["$time", "$warnings", "$error"] { object[name] = nil }
        add(output: object.count == before ? text : Bytes(JSONValue.object(object).description))
    }

    /// Adds an answer that is an error.
    mutating func fail(_ message: String, type: String) {
        problems.append(
            RecordProblem(record: places.count, message: message, category: "service_error", type: type))
        add(output: nil)
    }

    consuming func finish() -> ServiceOutcome {
        let isLineFed = !places.contains { $0.start == $0.end }
        let (problems, times, places) = (problems, times, places)
        return ServiceOutcome(
            outputs: Rows(bytes: outputs.finish(), places: Buffer(places), isLineFed: isLineFed), problems: problems,
            times: times)
    }

    private mutating func add(output text: Bytes?) {
        let start = UInt32(outputs.count)
        if let text { outputs.append(text) }
        places.append(RowPlace(start: start, end: UInt32(outputs.count)))
        if text != nil { outputs.append(UInt8(ascii: "\n")) }
    }
}

extension RecordProblem {
    /// What a worker says about a record: a text, or an object with a message.
    fileprivate init(_ value: JSONValue, of record: Int, _ severity: Severity, limit: Int) {
        let text = value["message"] ?? value
        self.init(
            record: record, severity: severity, message: String((text.stringValue ?? text.description).prefix(limit)),
            path: value["path"]?.stringValue,
            category: value["category"]?.stringValue ?? (severity == .error ? "service_error" : nil),
            type: value["type"]?.stringValue, details: value["details"])
    }
}
