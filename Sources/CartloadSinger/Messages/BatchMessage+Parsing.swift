// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension BatchMessage {
    /// Reads a message in any dialect.
    ///
    /// - Parameter rows: How lines are read whatever the dialect; nil follows it. Raw rows are never unwrapped by guessing:
    ///   a table may well have columns called type, stream and record.
    /// - Throws: `CartloadError` with code `singer.message`.
    public init(_ message: JSONObject, rows forced: RowForm? = nil) throws {
        guard let stream = message["stream"]?.stringValue else { throw MessageFault.missing("stream", of: "BATCH") }
        let encoding = message["encoding"]?.objectValue
        let path = message["filepath"]?.stringValue
        let dialect: Dialect = path != nil ? .tails : encoding != nil ? .sdk : .proposal
        self.init(
            stream, dialect: dialect, format: try BatchMessage.format(message, encoding),
            formatOptions: message["format"]?["options"]?.objectValue ?? JSONObject(),
            compression: try BatchMessage.compression(message, encoding),
            files: try BatchMessage.files(message, path), rows: forced ?? (path != nil ? .wrapped : .raw),
            recordCount: message["batch_size"]?.intValue, recordsPerFile: message["size"]?.intValue,
            timeExtracted: message["time_extracted"]?.stringValue,
            version: message["version"].flatMap { $0.isNull ? nil : $0 })
    }

    private static func files(_ message: JSONObject, _ path: String?) throws -> [String] {
        guard let manifest = message["manifest"], !manifest.isNull else {
            guard let path else { throw MessageFault.missing("manifest", of: "BATCH") }
            return [path]
        }
        guard let elements = manifest.arrayValue else {
            throw MessageFault.wrong("manifest", of: "BATCH", "must be a list of files")
        }
        return try elements.map { element in
            guard let file = element.stringValue ?? element["url"]?.stringValue ?? element["path"]?.stringValue else {
                throw MessageFault.wrong("manifest", of: "BATCH", "has an entry that names no file")
            }
            return file
        }
    }

    private static func format(_ message: JSONObject, _ encoding: JSONObject?) throws -> String {
        let name =
            try name(encoding?["format"], "format") ?? name(message["format"], "format")
            ?? name(message["format"]?["name"], "format") ?? "jsonl"
        switch name.lowercased() {
        case "jsonl", "json", "ndjson", "json-lines", "": return "jsonl"
        case let other: return other
        }
    }

    private static func compression(_ message: JSONObject, _ encoding: JSONObject?) throws -> String {
        if message["compression"]?["enabled"] == false { return "none" }
        let name =
            try name(encoding?["compression"], "compression") ?? name(message["compression"], "compression")
            ?? name(message["compression"]?["name"], "compression") ?? "none"
        switch name.lowercased() {
        case "", "none": return "none"
        case "gzip", "gz": return "gzip"
        case "zstd", "zst": return "zstd"
        case let other: return other
        }
    }

    /// A name, or nil where there is a map or nothing.
    private static func name(_ value: JSONValue?, _ member: String) throws -> String? {
        switch value {
        case nil, .null, .object: return nil
        case .string(let text): return text
        default: throw MessageFault.wrong(member, of: "BATCH", "must be a name or a map")
        }
    }
}
