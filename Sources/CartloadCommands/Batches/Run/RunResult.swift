// SPDX-License-Identifier: Apache-2.0

internal import CartloadClient
internal import CartloadCore

/// The result of a chunk, taken apart as far as it must be: outputs stay the server's text.
struct RunResult: Sendable {
    /// One for each record, null for one that failed; none where a summary was all that was wanted.
    let outputs: JSONElements
    /// One for each record: null, or what the service says.
    let errors: JSONElements
    /// Whether no record failed.
    let isClean: Bool

    /// Reads a result.
    ///
    /// - Throws: `CartloadError` with code `batches.bad-answer`.
    init(_ text: Bytes, of chunk: RunChunk) throws {
        var diagnostics = Diagnostics()
        let document: JSONDocument
        do {
            document = try JSONDocument(scanning: text, finding: [["outputs"], ["errors"]], &diagnostics)
        } catch {
            throw RunResult.bad("the result of chunk \(chunk.id) is not JSON")
        }
        outputs = JSONElements(document.text(0) ?? Bytes())
        errors = JSONElements(document.text(1) ?? Bytes())
        isClean = errors.areAllNull
        let fits = outputs.count == chunk.recordCount || outputs.count == 0
        guard fits, errors.count == chunk.recordCount || (isClean && errors.count == 0) else {
            throw RunResult.bad(
                "the result of chunk \(chunk.id) has \(outputs.count) outputs and \(errors.count) errors for "
                    + "\(chunk.recordCount) records")
        }
    }

    /// Whether a record failed.
    func hasFailed(_ record: Int) -> Bool { !isClean && !errors.isNull(record) }

    private static func bad(_ message: String) -> CartloadError {
        CartloadError(
            .badBatchesAnswer, message,
            advice: "Nothing of it was written or acknowledged; look at the server, and run the same command again.")
    }
}
