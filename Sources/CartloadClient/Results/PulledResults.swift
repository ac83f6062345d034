// SPDX-License-Identifier: Apache-2.0

public import CartloadAPI
package import CartloadCore

/// The answer to a pull: results as they came, read when they are asked for.
public struct PulledResults: Sendable {
    /// The text of each result.
    package let texts: [Bytes]
    /// The ids of the chunks.
    public let ids: [String]
    public let status: PipelineStatus
    /// Names what was lent; nil where it was given away.
    public let lease: String?

    /// The results, read.
    public var results: [ChunkResult] {
        get throws { try texts.map { try ChunkResult($0) } }
    }

    public var isEmpty: Bool { texts.isEmpty }

    init(_ answer: Bytes) throws {
        var diagnostics = Diagnostics()
        let document: JSONDocument
        do {
            document = try JSONDocument(
                scanning: answer, finding: [["status"], ["lease"]], listing: ["data"], &diagnostics)
        } catch {
            throw BatchesError(.badAnswer, "the answer to a pull is not JSON")
        }
        guard let status = try document.value(0).flatMap(PipelineStatus.init) else {
            throw BatchesError(.badAnswer, "the answer to a pull has no status")
        }
        self.status = status
        lease = try document.value(1)?.stringValue
        let rows = document.rows
        texts = (0..<(rows?.count ?? 0)).compactMap { rows?[$0] }
        ids = try texts.map { text in
            if let id = PulledResults.leadingID(text) { return id }
            let found = try JSONDocument(scanning: text, finding: [["id"]], &diagnostics)
            guard let id = try found.value(0)?.stringValue else {
                throw BatchesError(.badAnswer, "a result has no id")
            }
            return id
        }
    }

    /// The id where it comes first and needs no unescaping, as servers of ours write it: no second look at a long text.
    private static func leadingID(_ text: Bytes) -> String? {
        text.withUnsafeBytes { bytes in
            guard bytes.starts(with: #"{"id":""#.utf8) else { return nil }
            let rest = bytes.dropFirst(7)
            guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }),
                rest[end] == UInt8(ascii: "\"")
            else { return nil }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
    }
}
