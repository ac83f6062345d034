// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension BatchMessage {
    /// The message as it is sent.
    ///
    /// One message serves singer-sdk's targets and readers of the proposal: the SDK ignores members at the top that it does
    /// not know, and accepts `encoding.compression: null`, but fails on anything more inside `encoding` (observed with
    /// singer-sdk 0.54.9). tails.com's form of `format` clashes with the proposal's, so it is written apart.
    public var json: JSONValue {
        let compression: JSONValue = compression == "none" ? .null : .string(compression)
        var message = JSONObject([("type", "BATCH"), ("stream", .string(stream))])
        if let timeExtracted { message["time_extracted"] = .string(timeExtracted) }
        if let version { message["version"] = version }
        if dialect == .tails {
            message["filepath"] = .string(files.first ?? "")
            message["format"] = .string(format)
            if self.compression != "none" { message["compression"] = compression }
            if let recordCount { message["batch_size"] = .int(recordCount) }
            return .object(message)
        }
        if let size = recordsPerFile ?? recordCount { message["size"] = .int(size) }
        var format = JSONObject([("name", .string(self.format))])
        if !formatOptions.isEmpty { format["options"] = .object(formatOptions) }
        message["format"] = .object(format)
        message["compression"] = ["name": compression, "enabled": .bool(self.compression != "none")]
        if dialect == .sdk { message["encoding"] = ["format": .string(self.format), "compression": compression] }
        message["manifest"] = .array(files.map { .string($0) })
        return .object(message)
    }
}
