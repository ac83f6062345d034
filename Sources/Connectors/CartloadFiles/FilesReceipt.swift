// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What a commit of files notes, to go on from exactly there.
struct FilesReceipt {
    /// An unfinished file.
    struct Part {
        var number: Int
        var name: String
        var length: Int
        var records: Int
        var bytes: Int
        var fields: [String]?
    }

    /// The next file's number by key component (`""` for batches without a key).
    var numbers: [String: Int] = [:]
    /// The unfinished files by key component.
    var parts: [String: Part] = [:]
    /// How long the manifest is.
    var manifestLength = 0
    /// How many files are complete.
    var filesWritten = 0

    init() {}

    init(_ json: JSONValue) throws {
        guard let numbers = json["numbers"]?.objectValue, let parts = json["parts"]?.objectValue else {
            throw CartloadError(
                .filesState, "the saved state is not one of this destination",
                advice: "Start over with --fresh, or use another state directory.")
        }
        for (key, number) in numbers.members { self.numbers[key] = number.intValue }
        for (key, part) in parts.members {
            guard let number = part["number"]?.intValue, let name = part["name"]?.stringValue,
                let length = part["length"]?.intValue, let records = part["records"]?.intValue,
                let bytes = part["bytes"]?.intValue
            else { continue }
            self.parts[key] = Part(
                number: number, name: name, length: length, records: records, bytes: bytes,
                fields: part["fields"]?.arrayValue?.compactMap(\.stringValue))
        }
        manifestLength = json["manifest"]?.intValue ?? 0
        filesWritten = json["files"]?.intValue ?? 0
    }

    var json: JSONValue {
        var numbers = JSONObject()
        for (key, number) in self.numbers.sorted(by: { $0.key < $1.key }) { numbers[key] = .int(number) }
        var parts = JSONObject()
        for (key, part) in self.parts.sorted(by: { $0.key < $1.key }) {
            var json: JSONObject = JSONObject([
                ("number", .int(part.number)), ("name", .string(part.name)), ("length", .int(part.length)),
                ("records", .int(part.records)), ("bytes", .int(part.bytes)),
            ])
            if let fields = part.fields { json["fields"] = .array(fields.map { .string($0) }) }
            parts[key] = .object(json)
        }
        return [
            "numbers": .object(numbers), "parts": .object(parts), "manifest": .int(manifestLength),
            "files": .int(filesWritten),
        ]
    }
}
