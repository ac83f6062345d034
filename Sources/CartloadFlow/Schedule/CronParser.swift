// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Reads the text of a cron expression, and knows where each field stands so that errors can say it.
struct CronParser {
    /// A field's name, its values, and the words for them from the first value on.
    private struct Kind {
        var name: String
        var range: ClosedRange<Int>
        var words: [String] = []
    }

    private static let kinds = [
        Kind(name: "second", range: 0...59),
        Kind(name: "minute", range: 0...59),
        Kind(name: "hour", range: 0...23),
        Kind(name: "day of the month", range: 1...31),
        Kind(
            name: "month", range: 1...12,
            words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        Kind(name: "day of the week", range: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    private static let nicknames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// The fields as they were written, with single spaces.
    let text: String
    private let source: String
    private let fields: [(text: Substring, byte: Int)]

    init(_ source: String) throws {
        guard source.utf8.count <= CronExpression.maximumBytes else {
            throw CartloadError(
                .cron, "a cron expression has at most \(CronExpression.maximumBytes) bytes, not \(source.utf8.count)",
                advice: "Write lists as ranges and steps, or use several schedules.")
        }
        let written = source.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
        text = written.joined(separator: " ")
        self.source = source
        if let word = written.first, word.first == "@" {
            guard written.count == 1, let meaning = CronParser.nicknames[word.lowercased()] else {
                throw CartloadError(
                    .cron, "\"\(text)\" is no nickname of a time", at: Location(byte: CronParser.byte(word, source)),
                    advice: word.lowercased() == "@reboot"
                        ? "For a run at the start, make the schedule immediate."
                        : "There are @hourly, @daily, @weekly, @monthly and @yearly.")
            }
            let byte = CronParser.byte(word, source)
            fields = meaning.split(separator: " ").map { ($0, byte) }
        } else {
            fields = written.map { ($0, CronParser.byte($0, source)) }
        }
        guard fields.count == 5 || fields.count == 6 else {
            throw CartloadError(
                .cron, "a cron expression has 5 fields, or 6 with seconds, but \"\(text)\" has \(fields.count)",
                advice: "Write minute, hour, day of the month, month and day of the week: 30 4 * * mon-fri.")
        }
    }

    private static func byte(_ part: Substring, _ source: String) -> Int {
        source.utf8.distance(from: source.utf8.startIndex, to: part.startIndex)
    }

    /// Where a field of the six stands, for errors.
    func location(ofField number: Int) -> Location {
        let index = number - (6 - fields.count)
        guard fields.indices.contains(index) else { return Location() }
        return Location(byte: fields[index].byte, field: CronParser.kinds[number].name)
    }

    /// Second, minute, hour, day, month and weekday.
    mutating func parse() throws -> [CronField] {
        var parsed: [CronField] = []
        if fields.count == 5 {
            var whole = CronField()
            whole.insert(0)
            parsed.append(whole)
        }
        for (text, byte) in fields { parsed.append(try field(text, CronParser.kinds[parsed.count], byte)) }
        return parsed
    }

    private func field(_ text: Substring, _ kind: Kind, _ start: Int) throws -> CronField {
        var field = CronField()
        field.isStarred = text.first == "*"
        field.isRhythm = true
        var byte = start
        for term in text.split(separator: ",", omittingEmptySubsequences: false) {
            let place = Location(byte: byte, field: kind.name)
            let parts = term.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            var range = try self.range(parts[0], kind, place)
            if parts.count == 2 {
                guard let step = number(parts[1]), step >= 1 else {
                    throw CartloadError(
                        .cron, "\"\(parts[1])\" is no step", at: place,
                        advice: "Write a number from 1 behind the slash: */15.")
                }
                if parts[0] != "*", !parts[0].contains("-") { range = range.lowerBound...top(kind) }
                guard step <= range.upperBound - range.lowerBound else {
                    throw CartloadError(
                        .cron, "a step of \(step) never gets past \(range.lowerBound)", at: place,
                        advice: "Write \(range.lowerBound) alone, or a smaller step.")
                }
                for value in stride(from: range.lowerBound, through: range.upperBound, by: step) {
                    insert(value, kind, &field)
                }
            } else {
                for value in range { insert(value, kind, &field) }
                if parts[0] != "*" { field.isRhythm = false }
            }
            byte += term.utf8.count + 1
        }
        // All hours written out are what * is.
        if kind.range.allSatisfy(field.contains) { field.isRhythm = true }
        return field
    }

    /// The last value of a field; the second Sunday is only another name.
    private func top(_ kind: Kind) -> Int { kind.range.upperBound == 7 ? 6 : kind.range.upperBound }

    private func insert(_ value: Int, _ kind: Kind, _ field: inout CronField) {
        field.insert(value == 7 && kind.range.upperBound == 7 ? 0 : value)
    }

    private func range(_ text: Substring, _ kind: Kind, _ place: Location) throws -> ClosedRange<Int> {
        if text == "*" { return kind.range.lowerBound...top(kind) }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let from = try value(ends[0], kind, place)
        guard ends.count == 2 else { return from...from }
        var through = try value(ends[1], kind, place)
        if through == 0, from > 0, kind.range.upperBound == 7 { through = 7 }  // fri-sun
        guard from <= through else {
            throw CartloadError(
                .cron, "the range \"\(text)\" runs backwards", at: place,
                advice: "Write two ranges: \(ends[0])-\(top(kind)),\(kind.range.lowerBound)-\(ends[1]).")
        }
        return from...through
    }

    private func value(_ text: Substring, _ kind: Kind, _ place: Location) throws -> Int {
        if let index = kind.words.firstIndex(of: text.lowercased()) {
            return kind.range.lowerBound + index
        }
        if let number = number(text), kind.range.contains(number) { return number }
        let words = kind.words.isEmpty ? "" : ", or a name such as \(kind.words[1])"
        throw CartloadError(
            .cron, text.isEmpty ? "a value is missing" : "\"\(text)\" is no \(kind.name)", at: place,
            advice: "Write * or \(kind.range.lowerBound) to \(kind.range.upperBound)\(words).")
    }

    private func number(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
        return Int(text)
    }
}
