// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFormats

extension Connector {
    /// Files that grow and rotate.
    public static let tail = Connector(
        "tail", "A file that grows, such as a log, also when it is renamed and begun anew.",
        source: Role(settings: TailOptions.settings) { TailSource(try TailOptions($0)) })
}

extension TailOptions {
    static let settings: [Setting] =
        [
            Setting("path", .string, "The file.", isRequired: true),
            Setting("name", .string, "The name of the stream; by default that of the file without its ending."),
            Setting(
                "format", .choice(Form.allCases.map(\.rawValue)),
                "What a line is; by default what the path's ending says, or lines: records {\"line\": …}."),
            Setting(
                "start", .choice(Start.allCases.map(\.rawValue)), "Where the first run begins.", default: "beginning"),
            Setting(
                "lost", .choice(Gap.allCases.map(\.rawValue)),
                "What happens when the file that was read is gone, so that its end may have been missed.",
                default: "fail"),
            Setting(
                "truncated", .choice(Gap.allCases.map(\.rawValue)),
                "What happens when the file has become shorter or begins otherwise.", default: "read"),
            Setting("schema", .any, "A JSON Schema of the records; by default types are inferred."),
            Setting("max_record_bytes", .integer, "A longer line is an error.", default: .int(16 << 20)),
        ] + csvSettings

    init(_ configuration: Configuration) throws {
        self.init(configuration.string("path") ?? "")
        name = configuration.string("name")
        form = configuration.string("format").flatMap(Form.init(rawValue:))
        csv = try CSVOptions(configuration)
        if let schema = configuration["schema"], !schema.isNull { self.schema = try Schema(jsonSchema: schema) }
        start = configuration.string("start").flatMap(Start.init(rawValue:)) ?? start
        lost = configuration.string("lost").flatMap(Gap.init(rawValue:)) ?? lost
        truncated = configuration.string("truncated").flatMap(Gap.init(rawValue:)) ?? truncated
        maximumRecordBytes = try configuration.count("max_record_bytes") ?? maximumRecordBytes
    }
}
