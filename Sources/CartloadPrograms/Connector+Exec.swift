// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadProcess

extension Connector {
    /// Programs of the user's.
    public static let exec = Connector(
        "exec", "A program of your own that prints or reads JSON Lines.",
        source: Role(settings: ExecSource.settings) { try ExecSource($0) },
        destination: Role(settings: ExecDestination.settings) { try ExecDestination($0) })
}

extension ExecSource {
    static let settings: [Setting] =
        RunProgram.settings(
            timeout: "So many seconds it may take in all; by default as long as it takes.", seconds: nil) + [
            Setting("name", .string, "The name of the stream.", default: "exec"),
            Setting(
                "resume", .choice(Resume.allCases.map(\.rawValue)),
                "What a later run reads: all that is printed then, or without what was read before.", default: "again"),
            Setting("keys", .strings, "The fields that identify a record."),
            Setting("schema", .any, "A JSON Schema of the records."),
            Setting("max_record_bytes", .integer, "A longer line is an error.", default: .int(64 << 20)),
        ]

    init(_ configuration: Configuration) throws {
        self.init(try RunProgram(configuration, timeout: nil))
        name = configuration.string("name") ?? name
        resume = configuration.string("resume").flatMap(Resume.init(rawValue:)) ?? resume
        keys = configuration.strings("keys") ?? []
        if let schema = configuration["schema"], !schema.isNull { self.schema = try Schema(jsonSchema: schema) }
        maximumRecordBytes = try configuration.count("max_record_bytes") ?? maximumRecordBytes
    }
}

extension ExecDestination {
    static let settings: [Setting] =
        RunProgram.settings(timeout: "So many seconds it may take for a block or a commit.", seconds: usualSeconds) + [
            Setting(
                "acknowledge", .choice(Acknowledgement.allCases.map(\.rawValue)),
                "How it says that records are durable: by its exit, and there is one for each commit, or by a line.",
                default: "exit")
        ]

    init(_ configuration: Configuration) throws {
        self.init(try RunProgram(configuration, timeout: ExecDestination.usualSeconds))
        acknowledgement =
            configuration.string("acknowledge").flatMap(Acknowledgement.init(rawValue:)) ?? acknowledgement
    }

    private static let usualSeconds = 600
}
