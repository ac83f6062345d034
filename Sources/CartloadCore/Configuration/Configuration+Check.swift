// SPDX-License-Identifier: Apache-2.0

extension CartloadError.Code {
    /// A configuration has a field that nothing reads.
    public static let unknownField = CartloadError.Code("config.unknown-field")
    /// A configuration lacks a field that is needed.
    public static let missingField = CartloadError.Code("config.missing-field")
    /// A configuration has a value of the wrong type or outside its range.
    public static let wrongType = CartloadError.Code("config.wrong-type")
}

extension Configuration {
    func check(_ settings: [Setting]) throws {
        let known = Dictionary(settings.map { ($0.name, $0) }) { first, _ in first }
        for (name, value) in values.members {
            guard let setting = known[name] else {
                let near = name.nearest(in: settings.map(\.name))
                throw CartloadError(
                    .unknownField, "there is no field \"\(path(of: name))\"", at: location(of: name),
                    advice: near.map { "Did you mean \"\($0)\"?" }
                        ?? "Known fields here: \(settings.map(\.name).joined(separator: ", ")).")
            }
            try check(value, against: setting)
        }
        for setting in settings where setting.isRequired && (values[setting.name] ?? .null).isNull {
            throw CartloadError(
                .missingField, "\"\(path(of: setting.name))\" is missing", at: location(),
                advice: setting.summary)
        }
    }

    private func check(_ value: JSONValue, against setting: Setting) throws {
        if value.isNull { return }
        let fits: Bool
        switch setting.kind {
        case .string: fits = value.stringValue != nil || value.doubleValue != nil
        case .integer: fits = value.intValue != nil
        case .number: fits = value.doubleValue != nil
        case .boolean: fits = value.boolValue != nil
        case .choice(let words): fits = value.stringValue.map(words.contains) ?? false
        case .strings:
            fits =
                value.stringValue != nil || (value.arrayValue.map { $0.allSatisfy { $0.stringValue != nil } } ?? false)
        case .mapping(let inner):
            fits = value.objectValue != nil
            if !inner.isEmpty, let object = value.objectValue {
                _ = try Configuration(object, settings: inner, path: path(of: setting.name), positions: positions)
            }
        case .list: fits = value.arrayValue != nil
        case .any: fits = true
        }
        guard fits else {
            throw CartloadError(
                .wrongType, "\"\(path(of: setting.name))\" must be \(setting.kind.phrase)",
                at: location(of: setting.name))
        }
    }
}

extension Setting.Kind {
    /// What a value must be, for messages.
    var phrase: String {
        switch self {
        case .string: "a string"
        case .integer: "a whole number"
        case .number: "a number"
        case .boolean: "true or false"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .strings: "a string or a list of strings"
        case .mapping: "a mapping"
        case .list: "a list"
        case .any: "a value"
        }
    }
}

extension String {
    /// The candidate that is at most a third of its letters away, for "did you mean".
    package func nearest(in candidates: [String]) -> String? {
        candidates
            .map { ($0, distance(to: $0)) }
            .filter { $0.1 <= max(1, max(count, $0.0.count) / 3) }
            .min { $0.1 < $1.1 }?.0
    }

    /// Levenshtein's edit distance.
    private func distance(to other: String) -> Int {
        let left = Array(self), right = Array(other)
        var row = Array(0...right.count)
        for i in left.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let change = diagonal + (left[i] == right[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(change, row[j + 1] + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
