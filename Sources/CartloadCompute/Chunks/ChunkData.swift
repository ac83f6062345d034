// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The data of a chunk, read from its text: `{"inputs": […], "parameters": {…}, "summary": {…}}`.
public struct ChunkData: Sendable {
    public let records: RecordArray
    /// Values that are common to all records.
    public let parameters: JSONObject
    public let summary: ChunkSummary?

    /// Reads data.
    ///
    /// - Parameter text: A JSON value; it is checked.
    /// - Throws: `CartloadError` with code `compute.invalid-chunk`, `json.wrong-records` or `json.invalid`.
    public init(_ text: Bytes) throws {
        var diagnostics = Diagnostics()
        guard text.withUnsafeBytes({ $0.first { !$0.isJSONSpace } }) == UInt8(ascii: "{") else {
            throw ChunkFault.wrongType("data", "an object with inputs")
        }
        let document = try JSONDocument(
            scanning: text, finding: [["inputs"], ["parameters"], ["summary"]], allowsNotFinite: false, &diagnostics)
        guard let inputs = document.text(0) else { throw ChunkFault.wrongType("data.inputs", "a list of records") }
        records = try RecordArray(inputs)
        parameters = try ChunkData.object(document, 1)
        summary = try document.value(2).flatMap { $0.isNull ? nil : try ChunkSummary($0) }
    }

    private static func object(_ document: JSONDocument, _ path: Int) throws -> JSONObject {
        guard let value = try document.value(path), !value.isNull else { return JSONObject() }
        guard case .object(let object) = value else { throw ChunkFault.wrongType("data.parameters", "an object") }
        return object
    }
}

extension UInt8 {
    fileprivate var isJSONSpace: Bool { self == 0x20 || self == 0x0a || self == 0x0d || self == 0x09 }
}
