// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The body of a push: `{"chunks": [{"id": …, "data": {…}}, …]}`.
public struct PushBody: Sendable {
    /// How many chunks one push may bring (I7).
    public static let maximumChunks = 10_000

    public let chunks: [PushedChunk]

    /// Reads a whole body.
    ///
    /// - Throws: `CartloadError` with code `compute.invalid-chunk`, `json.wrong-records`, `json.invalid` or `json.truncated`;
    ///   its location names the chunk, and the record in it or the byte of the body.
    public init(_ body: Bytes) throws {
        var diagnostics = Diagnostics()
        let document = try JSONDocument(
            scanning: body, finding: [["chunks"]], listing: ["chunks"], allowsNotFinite: false,
            origin: Location(source: "body"), &diagnostics)
        guard let list = document.text(0), list[0] == UInt8(ascii: "["), let rows = document.rows else {
            throw ChunkFault.wrongType("chunks", "a list of chunks")
        }
        if let rejected = diagnostics.rejects.first {
            throw CartloadError(
                .invalidChunk, "a chunk must be an object",
                at: Location(source: "chunk \(rejected.location.record ?? 1)"))
        }
        guard rows.count <= PushBody.maximumChunks else {
            throw ChunkFault.invalid("a push may bring \(PushBody.maximumChunks) chunks at most", "chunks")
        }
        chunks = try (0..<rows.count).map { position in
            do {
                return try PushedChunk(rows[position])
            } catch let error as CartloadError {
                throw error.located(Location(source: "chunk \(position + 1)"))
            }
        }
    }
}
