// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

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
    /// The complete files that further records of their key would go to; only where names have no number.
    var complete: [String: Part] = [:]
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
        for (key, part) in parts.members { self.parts[key] = Part(part) }
        for (key, part) in json["complete"]?.objectValue?.members ?? [] { complete[key] = Part(part) }
        manifestLength = json["manifest"]?.intValue ?? 0
        filesWritten = json["files"]?.intValue ?? 0
    }

    var json: JSONValue {
        var numbers = JSONObject()
        for (key, number) in self.numbers.sorted(by: { $0.key < $1.key }) { numbers[key] = .int(number) }
        return [
            "numbers": .object(numbers), "parts": FilesReceipt.json(parts),
            "complete": FilesReceipt.json(complete), "manifest": .int(manifestLength),
            "files": .int(filesWritten),
        ]
    }

    private static func json(_ parts: [String: Part]) -> JSONValue {
        var object = JSONObject()
        for (key, part) in parts.sorted(by: { $0.key < $1.key }) { object[key] = part.json }
        return .object(object)
    }
}

extension FilesReceipt.Part {
    init?(_ json: JSONValue) {
        guard let number = json["number"]?.intValue, let name = json["name"]?.stringValue,
            let length = json["length"]?.intValue, let records = json["records"]?.intValue,
            let bytes = json["bytes"]?.intValue
        else { return nil }
        self.init(
            number: number, name: name, length: length, records: records, bytes: bytes,
            fields: json["fields"]?.arrayValue?.compactMap(\.stringValue))
    }

    init(_ part: PartFile) {
        self.init(
            number: part.number, name: part.name, length: part.file.length, records: part.records, bytes: part.bytes,
            fields: part.fields)
    }

    var json: JSONValue {
        var json: JSONObject = JSONObject([
            ("number", .int(number)), ("name", .string(name)), ("length", .int(length)), ("records", .int(records)),
            ("bytes", .int(bytes)),
        ])
        if let fields { json["fields"] = .array(fields.map { .string($0) }) }
        return .object(json)
    }
}
