// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Records to be run together.
public struct Chunk: Sendable, Hashable {
    /// Empty for one that gets an id when it is pushed.
    public var id: String
    /// Records: objects, or rows below a row of names.
    public var inputs: [JSONValue]
    /// Values that are common to all records.
    public var parameters: JSONObject?
    public var summary: Summary?

    public init(id: String = "", inputs: [JSONValue], parameters: JSONObject? = nil, summary: Summary? = nil) {
        self.id = id
        self.inputs = inputs
        self.parameters = parameters
        self.summary = summary
    }

    /// What is to be computed over the outputs of a chunk.
    public struct Summary: Sendable, Hashable {
        public struct Aggregation: Sendable, Hashable {
            public var outputName: String
            /// `SUM`; a server of ours also knows `COUNT`, `MIN`, `MAX` and `AVG`.
            public var `operator`: String

            public init(_ outputName: String, _ operator: String = "SUM") {
                self.outputName = outputName
                self.operator = `operator`
            }
        }

        /// Whether failed records are left out of aggregations.
        public var ignoresErrors: Bool
        public var aggregations: [Aggregation]
        /// Whether the outputs of the records are wanted too.
        public var returnsAllRecords: Bool?

        public init(_ aggregations: [Aggregation], ignoresErrors: Bool = false, returnsAllRecords: Bool? = nil) {
            self.aggregations = aggregations
            self.ignoresErrors = ignoresErrors
            self.returnsAllRecords = returnsAllRecords
        }

        package var json: JSONValue {
            var object = JSONObject([
                ("ignore_error", .bool(ignoresErrors)),
                (
                    "aggregation",
                    .array(
                        aggregations.map {
                            .object(
                                JSONObject([
                                    ("output_name", .string($0.outputName)), ("operator", .string($0.operator)),
                                ]))
                        })
                ),
            ])
            object["return_all_records"] = returnsAllRecords.map { .bool($0) }
            return .object(object)
        }
    }

    /// How many records there are; a row of names is none.
    public var recordCount: Int {
        if case .array? = inputs.first { return inputs.count - 1 }
        return inputs.count
    }

    var json: JSONValue {
        var data = JSONObject([("inputs", .array(inputs)), ("parameters", .object(parameters ?? JSONObject()))])
        data["summary"] = summary.map(\.json)
        return .object(JSONObject([("id", .string(id)), ("data", .object(data)), ("size", .int(recordCount))]))
    }
}

extension Chunk {
    /// How many records the vendor's clients put into a chunk.
    public static let usualSize = 200

    /// Divides records into chunks.
    ///
    /// Unlike with the vendor's clients records may be objects, and there is no chunk without records at the end.
    ///
    /// - Parameters:
    ///   - dataset: Objects, or rows; rows begin with the row of names unless `headers` are given.
    ///   - size: Records in each chunk.
    public static func dividing(
        _ dataset: [JSONValue], headers: [String]? = nil, size: Int = usualSize, parameters: JSONObject? = nil,
        summary: Summary? = nil
    ) -> [Chunk] {
        var records = dataset[...]
        var names: [JSONValue] = []
        if let headers {
            names = [.array(headers.map { .string($0) })]
        } else if case .array? = records.first {
            names = [records.removeFirst()]
        }
        let size = max(1, size)
        return stride(from: records.startIndex, to: records.endIndex, by: size).map { start in
            Chunk(
                id: UniqueText.uuid(), inputs: names + records[start..<min(start + size, records.endIndex)],
                parameters: parameters, summary: summary)
        }
    }
}
