// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CCrypto

/// A chunk as it comes in: checked, and still the client's text.
public struct PushedChunk: Sendable, Hashable {
    /// How long an id may be, in bytes (I7).
    public static let maximumIDLength = 256

    /// Empty where the client leaves it to the server.
    public var id: String
    /// The text of its data.
    public var data: Bytes
    public var recordCount: Int
    /// What its summary asks for, to be checked against the service.
    public var aggregations: [Aggregation]
    public var parameters: JSONObject
    /// The names of its records' values, where they are rows.
    public var names: [String]?

    /// Reads `{"id": …, "data": {…}, "size": …}`; `size` is a hint that clients get wrong, and is not read.
    init(_ text: Bytes) throws {
        var diagnostics = Diagnostics()
        let document = try JSONDocument(
            scanning: text, finding: [["id"], ["data"]], allowsNotFinite: false, &diagnostics)
        switch try document.value(0) {
        case nil, .null?: id = ""
        case .string(let text)?: id = text
        case .number(let text)?: id = text
        default: throw ChunkFault.wrongType("id", "a string")
        }
        guard id.utf8.count <= PushedChunk.maximumIDLength else {
            throw ChunkFault.invalid("it may have \(PushedChunk.maximumIDLength) bytes at most", "id")
        }
        guard let data = document.text(1) else { throw ChunkFault.wrongType("data", "an object with inputs") }
        let content = try ChunkData(data)
        self.data = data
        recordCount = content.records.count
        aggregations = content.summary?.aggregations ?? []
        parameters = content.parameters
        if case .rows(let names) = content.records.form { self.names = names }
    }

    /// SHA-256 of the data, which tells a repeat from another chunk.
    public var digest: Bytes {
        var output = BytesBuilder(capacity: 32)
        var hash = [UInt8](repeating: 0, count: 32)
        data.withUnsafeBytes { _ = EVP_Digest($0.baseAddress, $0.count, &hash, nil, EVP_sha256(), nil) }
        hash.withUnsafeBytes { output.append($0) }
        return output.finish()
    }
}
