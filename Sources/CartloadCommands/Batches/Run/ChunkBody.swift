// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Writes the text of a chunk around its records, which stay bytes.
struct ChunkBody: Sendable {
    /// What follows the records: parameters and summary.
    private let rest: String
    /// What ids begin with.
    let prefix: String

    init(parameters: JSONObject?, summary: JSONValue?, prefix: String = "") {
        self.prefix = JSONValue.string(prefix).description.dropFirst().dropLast().description
        var rest = #","parameters":"# + JSONValue.object(parameters ?? JSONObject()).description
        if let summary { rest += #","summary":"# + summary.description }
        self.rest = rest
    }

    /// The text, and where in it the records are.
    ///
    /// - Parameter batch: Valid records; at least one.
    func text(id: String, _ batch: RecordBatch) throws -> (text: Bytes, inputs: Range<Int>) {
        var output = BytesBuilder(capacity: batch.byteCount + rest.utf8.count + 96)
        output.append(#"{"id":""#)
        output.append(prefix)
        output.append(id)
        output.append(#"","data":{"inputs":"#)
        let start = output.count
        try batch.writeJSONArray(into: &output)
        let end = output.count
        output.append(rest)
        output.append(#"},"size":"#)
        output.append(String(batch.count ?? 0))
        output.append("}")
        return (output.finish(), start..<end)
    }

    /// The body of a push of several chunks.
    static func push(_ chunks: [RunChunk]) -> Bytes {
        var output = BytesBuilder(capacity: chunks.reduce(32) { $0 + $1.body.count + 1 })
        output.append(#"{"chunks":["#)
        for (position, chunk) in chunks.enumerated() {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            output.append(chunk.body)
        }
        output.append("]}")
        return output.finish()
    }
}
