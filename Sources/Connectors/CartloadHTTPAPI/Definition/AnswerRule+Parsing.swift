// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension AnswerRule {
    /// How many rules there may be; each path of one is looked for in every answer (I7).
    static let maximumRules = 32

    /// The rules under `errors`.
    static func rules(_ part: Configuration) throws -> [AnswerRule] {
        let list = part["errors"]?.arrayValue ?? []
        guard list.count <= maximumRules else { throw part.wrong("errors", "has more than \(maximumRules) rules") }
        return try list.enumerated().map { index, value in
            try AnswerRule(try part.element("errors", index, value, StreamDefinition.ruleSettings))
        }
    }

    private init(_ part: Configuration) throws {
        let meaning = part.string("then").flatMap(Meaning.init) ?? .fail
        let values = part["is"].map { $0.arrayValue ?? [$0] } ?? []
        self.init(
            meaning, statuses: try AnswerRule.statuses(part), path: try part.memberPath("path"), values: values,
            text: part.string("contains"), message: part.string("message"))
        if !values.isEmpty, path == nil { throw part.wrong("is", "needs a path") }
        if statuses.isEmpty, path == nil, text == nil {
            throw part.wrong("then", "has nothing that it depends on", "Write status, path or contains.")
        }
    }

    private static func statuses(_ part: Configuration) throws -> [ClosedRange<Int>] {
        guard let value = part["status"], !value.isNull else { return [] }
        return try (value.arrayValue ?? [value]).map { element in
            if let status = element.intValue, (100...599).contains(status) { return status...status }
            let ends = (element.stringValue ?? "").split(separator: "-").compactMap { Int($0) }
            guard ends.count == 2, (100...599).contains(ends[0]), (ends[0]...599).contains(ends[1]) else {
                throw part.wrong("status", "must be a status or a range such as 500-599")
            }
            return ends[0]...ends[1]
        }
    }
}
