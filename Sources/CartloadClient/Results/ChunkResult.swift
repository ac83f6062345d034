// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The results of the records of one chunk, in their order.
public struct ChunkResult: Sendable {
    /// What a service says about a record.
    public struct Problem: Sendable, Hashable {
        public var message: String
        /// The input or output it is about.
        public var sourcePath: String?
        public var category: String?
        public var type: String?
    }

    public var id: String
    /// An object for each record, and nil for one that failed; rows are made objects with their names.
    public var outputs: [JSONObject?]
    public var warnings: [[Problem]]
    public var errors: [[Problem]]
    /// Milliseconds for each record.
    public var processTimes: [Double]
    /// The aggregations that the chunk asked for, by name.
    public var summary: JSONObject
    /// The text as it came.
    public let text: Bytes

    /// The output of a record as a value of a type of yours; nil for one that failed.
    public func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> [Value?] {
        try outputs.map { try $0.map { try JSONValue.object($0).decode(type) } }
    }
}

extension ChunkResult {
    /// Reads a result.
    ///
    /// - Throws: ``BatchesError``.
    package init(_ text: Bytes) throws {
        let value = try text.json()
        guard let id = value["id"]?.stringValue, let outputs = value["outputs"]?.arrayValue else {
            throw BatchesError(.badAnswer, "a result has no id or no outputs")
        }
        self.id = id
        self.text = text
        self.outputs = ChunkResult.objects(outputs)
        warnings = ChunkResult.problems(value["warnings"])
        errors = ChunkResult.problems(value["errors"])
        processTimes = (value["process_time"]?.arrayValue ?? []).map { $0.doubleValue ?? 0 }
        let table = (value["summary_output"]?.arrayValue ?? []).compactMap(\.arrayValue)
        summary = table.count == 2 ? ChunkResult.object(table[0], table[1]) : JSONObject()
        // A row of nulls stands for a record that failed.
        for (index, errors) in errors.enumerated() where !errors.isEmpty && index < self.outputs.count {
            self.outputs[index] = nil
        }
    }

    private static func objects(_ outputs: [JSONValue]) -> [JSONObject?] {
        guard case .array(let names)? = outputs.first else { return outputs.map(\.objectValue) }
        return outputs.dropFirst().map { row in row.arrayValue.map { object(names, $0) } }
    }

    private static func object(_ names: [JSONValue], _ values: [JSONValue]) -> JSONObject {
        JSONObject(zip(names, values).map { ($0.stringValue ?? "", $1) })
    }

    private static func problems(_ value: JSONValue?) -> [[Problem]] {
        (value?.arrayValue ?? []).map { slot in
            switch slot {
            case .null: []
            case .array(let list): list.map(Problem.init)
            default: [Problem(slot)]
            }
        }
    }
}

extension ChunkResult.Problem {
    init(_ value: JSONValue) {
        self.init(
            message: value["message"]?.stringValue ?? value.stringValue ?? value.description,
            sourcePath: value["source_path"]?.stringValue, category: value["error_category"]?.stringValue,
            type: value["error_type"]?.stringValue)
    }
}
