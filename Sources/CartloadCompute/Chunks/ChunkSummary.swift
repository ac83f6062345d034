// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What a chunk asks to be computed over its outputs.
public struct ChunkSummary: Sendable, Hashable {
    /// How many aggregations a chunk may ask for (I7).
    public static let maximumAggregations = 64

    public var aggregations: [Aggregation]
    /// Whether failed records are left out of aggregations; otherwise one of them makes each result null.
    public var ignoresErrors: Bool
    /// Whether the outputs of the records are wanted too.
    public var returnsAllRecords: Bool

    public init(aggregations: [Aggregation] = [], ignoresErrors: Bool = false, returnsAllRecords: Bool = true) {
        self.aggregations = aggregations
        self.ignoresErrors = ignoresErrors
        self.returnsAllRecords = returnsAllRecords
    }

    /// Reads `{"ignore_error": false, "aggregation": [{"output_name": "total", "operator": "SUM"}]}`.
    ///
    /// - Throws: `CartloadError` with code `compute.invalid-chunk` and the field.
    init(_ value: JSONValue) throws {
        guard case .object(let object) = value else { throw ChunkFault.wrongType("summary", "an object") }
        ignoresErrors = try ChunkSummary.flag(object, "ignore_error") ?? false
        returnsAllRecords = try ChunkSummary.flag(object, "return_all_records") ?? true
        guard let list = object["aggregation"], !list.isNull else {
            aggregations = []
            return
        }
        guard let elements = list.arrayValue else { throw ChunkFault.wrongType("summary.aggregation", "a list") }
        guard elements.count <= ChunkSummary.maximumAggregations else {
            throw ChunkFault.invalid(
                "there may be \(ChunkSummary.maximumAggregations) aggregations at most", "summary.aggregation")
        }
        aggregations = try elements.map(Aggregation.init)
    }

    private static func flag(_ object: JSONObject, _ name: String) throws -> Bool? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let flag = value.boolValue else { throw ChunkFault.wrongType("summary.\(name)", "true or false") }
        return flag
    }
}
