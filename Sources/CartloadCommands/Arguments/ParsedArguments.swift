// SPDX-License-Identifier: Apache-2.0

/// The command line of one verb, taken apart and checked against its definition.
struct ParsedArguments: Sendable, Hashable {
    private(set) var positionals: [String: String] = [:]
    private(set) var options: [String: [String]] = [:]
    private(set) var flags: Set<String> = []
    /// The words of an argument that takes all that follow.
    var rest: [String] = []

    mutating func add(argument name: String, _ value: String) { positionals[name] = value }
    mutating func add(option name: String, _ value: String) { options[name, default: []].append(value) }
    mutating func add(flag name: String) { flags.insert(name) }

    /// A positional argument; parsing has made sure that those that are not optional are there.
    func argument(_ name: String) -> String? { positionals[name] }

    func flag(_ name: String) -> Bool { flags.contains(name) }

    /// An option's last value.
    func value(_ name: String) -> String? { options[name]?.last }

    /// All values of a repeatable option.
    func values(_ name: String) -> [String] { options[name] ?? [] }

    /// A whole number of at least `minimum`.
    func integer(_ name: String, atLeast minimum: Int) throws -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), number >= minimum else {
            throw UsageError.invalidValue(
                "--\(name) must be a whole number of at least \(minimum), not \"\(text)\"", advice: nil)
        }
        return number
    }
}

extension ParsedArguments {
    /// The value of an option that an action cannot do without.
    func required(_ option: String, for action: String) throws -> String {
        guard let value = value(option) else {
            throw UsageError.missingValue("\(action) needs --\(option)", advice: "Write --\(option) <file>.")
        }
        return value
    }
}
