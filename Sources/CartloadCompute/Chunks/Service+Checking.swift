// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Service {
    /// Whether a chunk can be for this service, as far as that is known before it runs.
    ///
    /// - Throws: `CartloadError` with code `compute.invalid-chunk`.
    func check(_ chunk: PushedChunk, keys: [String]) throws {
        if !outputs.isEmpty {
            for aggregation in chunk.aggregations where !outputs.contains(aggregation.output) {
                throw ChunkFault.invalid(
                    "\(uri) has no output \"\(aggregation.output)\"; it has \(outputs.joined(separator: ", "))",
                    "summary.aggregation.output_name")
            }
        }
        for field in inputs {
            guard let value = chunk.parameters[field.name] else { continue }
            if !field.kind.allows(value) {
                throw ChunkFault.wrongType("data.parameters.\(field.name)", field.kind.inWords)
            }
        }
        if let names = chunk.names {
            for key in keys where !names.contains(key) && chunk.parameters[key] == nil {
                throw ChunkFault.invalid("the row of names lacks \"\(key)\", a unique_record_key", "data.inputs")
            }
        }
    }

    /// What records may have: the service's inputs with their defaults, common parameters, and keys.
    func recordInputs(_ parameters: JSONObject, keys: [String]) -> [RecordInput] {
        var result = inputs.map { field in
            let value = parameters[field.name].map { Bytes($0.description) } ?? field.defaultValue
            // What may be left out may also be null.
            let types =
                field.isOptional && !field.kind.types.isEmpty ? field.kind.types.union([.null]) : field.kind.types
            return RecordInput(
                field.name, value: value, types: types, isRequired: value == nil && !field.isOptional)
        }
        let known = Set(inputs.map(\.name))
        for (name, value) in parameters.members where !known.contains(name) {
            result.append(RecordInput(name, value: Bytes(value.description)))
        }
        for key in keys where !known.contains(key) && parameters[key] == nil { result.append(RecordInput(key)) }
        return result
    }
}

extension ServiceField.Kind {
    var types: Set<JSONType> {
        switch self {
        case .any: []
        case .boolean: [.boolean]
        case .integer: [.integer]
        case .number: [.number]
        case .string: [.string]
        case .array: [.array]
        case .object: [.object]
        }
    }

    var inWords: String {
        switch self {
        case .any: "any value"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }

    func allows(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.any, _), (.boolean, .bool), (.number, .number), (.string, .string), (.array, .array), (.object, .object):
            true
        case (.integer, .number(let text)): !text.contains { $0 == "." || $0 == "e" || $0 == "E" }
        default: false
        }
    }
}
