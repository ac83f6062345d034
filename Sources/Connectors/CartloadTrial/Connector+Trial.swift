// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension Connector {
    /// Records out of nothing.
    public static let generate = Connector(
        "generate", "Generated records, the same ones for the same seed.",
        source: Role(settings: GeneratorOptions.settings) { GeneratorSource(try GeneratorOptions($0)) })

    /// Records into nothing.
    public static let null = Connector(
        "null", "Counts records and keeps nothing.", destination: Role(settings: []) { _ in NullDestination() },
        endpoint: { $0 == "null:" ? JSONObject() : nil })
}
