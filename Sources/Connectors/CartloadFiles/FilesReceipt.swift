// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What a commit of files notes, to go on from exactly there.
struct FilesReceipt: Hashable {
    /// An unfinished file, or a finished one to which later runs add.
    struct Part: Hashable {
        var number: Int
        var name: String
        var length: Int
        var records: Int
        var bytes: Int
        var fields: [String]?
        var isFinished = false
    }

    /// The next file's number by key component (`""` for batches without a key).
    var numbers: [String: Int] = [:]
    /// The unfinished files by key component, and the finished ones whose names have no number.
    var parts: [String: Part] = [:]
    /// The keys behind components that others could have had too, such as `1` of the number and of the text.
    var keys: [String: BatchKey] = [:]
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
            else { throw FilesReceipt.notOurs }
            self.parts[key] = Part(
                number: number, name: name, length: length, records: records, bytes: bytes,
                fields: part["fields"]?.arrayValue?.compactMap(\.stringValue),
                isFinished: part["finished"]?.boolValue ?? false)
        }
        for (component, values) in json["keys"]?.objectValue?.members ?? [] {
            keys[component] = values.arrayValue.map { BatchKey($0) }
        }
        manifestLength = json["manifest"]?.intValue ?? 0
        filesWritten = json["files"]?.intValue ?? 0
    }

    private static var notOurs: CartloadError {
        CartloadError(
            .filesState, "the saved state is not one of this destination",
            advice: "Start over with --fresh, or use another state directory.")
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
            if part.isFinished { json["finished"] = .bool(true) }
            parts[key] = .object(json)
        }
        var keys = JSONObject()
        for (component, key) in self.keys.sorted(by: { $0.key < $1.key }) { keys[component] = .array(key.values) }
        return [
            "keys": .object(keys), "numbers": .object(numbers), "parts": .object(parts),
            "manifest": .int(manifestLength),
            "files": .int(filesWritten),
        ]
    }
}
