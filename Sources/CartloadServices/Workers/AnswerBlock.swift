// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import Glibc

/// As many answers as there were records, a line each; what they say about records.
///
/// Nearly always every line is an object without members of ours, and then the text is the outputs: it is looked at as a whole
/// and not copied.
struct AnswerBlock {
    private let text: Bytes
    private let count: Int
    private let name: String

    init(_ text: Bytes, count: Int, name: String) {
        self.text = text
        self.count = count
        self.name = name
    }

    /// - Throws: ``WorkerLoss`` when a line is no JSON.
    func outcome() throws -> ServiceOutcome {
        var found = Diagnostics()
        if let rows = try? Rows.scan(text, &found), rows.count == count {
            // With NaN replaced, the lines have moved into another arena.
            return rows.bytes.mentionsMember ? try taken(rows) : ServiceOutcome(outputs: rows)
        }
        return try lineByLine()
    }

    /// Takes the members that are for us out of the answers that have some.
    private func taken(_ rows: Rows) throws -> ServiceOutcome {
        var outcome = AnswerOutcome(capacity: rows.bytes.count, count: count)
        for record in 0..<count { try outcome.add(object: rows[record]) }
        return outcome.finish()
    }

    /// For answers that are not all objects.
    private func lineByLine() throws -> ServiceOutcome {
        var outcome = AnswerOutcome(capacity: text.count, count: count)
        var start = 0
        for record in 0..<count {
            let end = text.lineEnd(from: start)
            let line = text[start..<end]
            start = end + 1
            var found = Diagnostics()
            if let rows = try? Rows.scan(line, &found), rows.count == 1, found.rejects.isEmpty {
                try outcome.add(object: rows[0])
                continue
            }
            guard let value = try? JSONValue(parsing: line) else {
                throw WorkerLoss(
                    .outOfStep, "the answer of \(name) is no JSON: \(line.beginning)", answered: record)
            }
            // An object that only one of the two readers takes is no JSON.
            if case .object = value {
                throw WorkerLoss(.outOfStep, "the answer of \(name) is no JSON: \(line.beginning)", answered: record)
            }
            outcome.fail("the answer is no object: \(line.beginning)", type: "no_object")
        }
        return outcome.finish()
    }
}

extension Bytes {
    /// Whether a name with a dollar sign may be in it.
    var mentionsMember: Bool {
        withUnsafeBytes { text in
            guard let base = text.baseAddress else { return false }
            var start = 1
            while start < text.count,
                let found = memchr(base + start, Int32(UInt8(ascii: "$")), text.count - start)
            {
                let place = UnsafeRawPointer(found) - base
                if text[place - 1] == UInt8(ascii: "\"") { return true }
                start = place + 1
            }
            return false
        }
    }

    /// The offset of the next line feed, or the end.
    fileprivate func lineEnd(from start: Int) -> Int {
        withUnsafeBytes { text in
            guard start < text.count, let base = text.baseAddress,
                let found = memchr(base + start, Int32(UInt8(ascii: "\n")), text.count - start)
            else { return text.count }
            return UnsafeRawPointer(found) - base
        }
    }

    /// How it begins, in one line, for messages.
    fileprivate var beginning: String {
        let text = self[0..<Swift.min(count, 200)].text
        let plain = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return String(String(plain).prefix(80))
    }
}
