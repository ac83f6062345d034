// SPDX-License-Identifier: Apache-2.0

package import CartloadCore
internal import CartloadExpressions

extension Processors {
    /// Every processor, in the order of the documentation.
    public static let all: [Entry] = [
        Entry(
            name: "filter", summary: "Keeps the records for which a condition is true.", settings: [],
            example: "filter: \"active AND amount >= 100\""
        ) { step in FilterProcessor(try Expression(parsing: try step.text())) },
        Entry(
            name: "select", summary: "Makes each record out of expressions; * stands for all fields.", settings: [],
            example: "select: \"id, upper(name) AS name, * EXCLUDE (email)\""
        ) { step in
            let items = step.value.arrayValue == nil ? [try step.text()] : try step.strings()
            return SelectProcessor(try SelectList(parsing: items.joined(separator: ", ")))
        },
        Entry(name: "drop", summary: "Leaves fields out.", settings: [], example: "drop: [a, b]") { step in
            DropProcessor(try step.strings())
        },
        Entry(name: "rename", summary: "Gives fields new names.", settings: [], example: "rename: {old: new}") { step in
            RenameProcessor(Dictionary(try step.mapping(), uniquingKeysWith: { _, last in last }))
        },
        Entry(
            name: "cast", summary: "Gives fields other types.", settings: [],
            example: "cast: {amount: \"decimal(10,2)\"}"
        ) { step in CastProcessor(try step.mapping().map { try CastProcessor.Cast($0, $1) }) },
        Entry(
            name: "set", summary: "Sets fields to the values of expressions.", settings: [],
            example: "set: {domain: \"split_part(email, '@', 2)\"}"
        ) { step in
            SetProcessor(try step.mapping().map { SetProcessor.Assignment($0, try Expression(parsing: $1)) })
        },
        Entry(
            name: "hash", summary: "Replaces values with their digest.",
            settings: [
                Setting("fields", .strings, "The fields to hash.", isRequired: true),
                Setting(
                    "algorithm", .choice(HashProcessor.Algorithm.allCases.map(\.rawValue)),
                    "How the digest is computed.",
                    default: "sha256"),
                Setting("salt", .string, "A text in front of every value, against guessing.", isSecret: true),
            ], example: "hash: {fields: [email], salt: \"${SALT}\"}"
        ) { step in
            let settings = try step.configuration()
            return try HashProcessor(
                settings.strings("fields") ?? [],
                algorithm: settings.string("algorithm").flatMap(HashProcessor.Algorithm.init) ?? .sha256,
                salt: settings.string("salt") ?? "")
        },
        Entry(
            name: "mask", summary: "Hides the characters of values.",
            settings: [
                Setting("fields", .strings, "The fields to mask.", isRequired: true),
                Setting("keep_first", .integer, "How many characters at the beginning stay.", default: 0),
                Setting("keep_last", .integer, "How many characters at the end stay.", default: 0),
                Setting("character", .string, "What stands for each hidden character.", default: "*"),
                Setting("with", .string, "A text that replaces the whole value."),
            ], example: "mask: {fields: [phone], keep_last: 4}"
        ) { step in
            let settings = try step.configuration()
            let character = settings.string("character") ?? "*"
            guard character.count == 1, let first = character.first else {
                throw step.failure("\"character\" must be one character")
            }
            return try MaskProcessor(
                settings.strings("fields") ?? [], keepFirst: settings.integer("keep_first") ?? 0,
                keepLast: settings.integer("keep_last") ?? 0, character: first, replacement: settings.string("with"))
        },
        Entry(
            name: "flatten", summary: "Turns members of nested objects into fields.",
            settings: [
                Setting("separator", .string, "What stands between the names of a path.", default: "__"),
                Setting("max_depth", .integer, "How many levels of objects are opened.", default: 16),
            ], example: "flatten: {separator: \"__\", max_depth: 3}"
        ) { step in
            let settings = try step.configuration()
            return try FlattenProcessor(
                separator: settings.string("separator") ?? "__", maximumDepth: settings.integer("max_depth") ?? 16)
        },
    ]
}

extension Processors.Step {
    package func text() throws -> String {
        guard let text = value.stringValue else { throw failure("a text is expected") }
        return text
    }

    /// A text or a list of texts.
    func strings() throws -> [String] {
        if let text = value.stringValue { return [text] }
        guard let elements = value.arrayValue, !elements.isEmpty else { throw failure("a list of names is expected") }
        return try elements.map { element in
            guard let text = element.stringValue else { throw failure("\(element) is not a text") }
            return text
        }
    }

    /// A mapping from names to texts.
    func mapping() throws -> [(String, String)] {
        guard let object = value.objectValue, !object.isEmpty else { throw failure("a mapping is expected") }
        return try object.members.map { member in
            switch member.value {
            case .string(let text), .number(let text): return (member.key, text)
            case .bool(let value): return (member.key, value ? "TRUE" : "FALSE")
            default: throw failure("\"\(member.key)\" must be a text")
            }
        }
    }

    /// A mapping checked against the processor's settings.
    package func configuration() throws -> Configuration {
        guard let object = value.objectValue ?? (value.isNull ? JSONObject() : nil) else {
            throw failure("a mapping is expected")
        }
        return try Configuration(object, settings: settings, path: path, positions: positions)
    }
}
