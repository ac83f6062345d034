// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

extension ServiceField {
    static let settings: [Setting] = [
        Setting("name", .string, "The name of the input.", isRequired: true),
        Setting("type", .choice(Kind.allCases.map(\.rawValue)), "What it may hold.", default: "any"),
        Setting("default", .any, "What it is for a record that does not say; null counts as a default too."),
        Setting(
            "optional", .boolean, "Whether a record may leave it out although there is no default.", default: false),
    ]

    init(_ configuration: Configuration) throws {
        self.init(configuration.string("name") ?? "")
        kind = configuration.string("type").flatMap(Kind.init(rawValue:)) ?? .any
        isOptional = configuration.boolean("optional") ?? false
        if name.isEmpty { throw configuration.wrong("name", "an input needs a name") }
        guard let value = configuration["default"] else { return }
        guard value.isNull || kind.takes(value) else {
            throw configuration.wrong("default", "the default of \"\(name)\" is no \(kind.rawValue)")
        }
        defaultValue = Bytes(value.description)
    }
}

extension ServiceField.Kind {
    /// Whether a value is of the kind; a number without a fraction is an integer however it is written.
    func takes(_ value: JSONValue) -> Bool {
        switch self {
        case .any: true
        case .boolean: value.boolValue != nil
        case .integer: value.doubleValue.map { $0.rounded() == $0 } ?? false
        case .number: value.doubleValue != nil
        case .string: value.stringValue != nil
        case .array: value.arrayValue != nil
        case .object: value.objectValue != nil
        }
    }
}
