// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// The file of records that failed or were not valid, each with what is wrong and the record itself (I9).
final class RejectOutput {
    private let file: OutputFile?
    private let sourceName: String

    /// - Parameter file: nil where there is nowhere for them to go, as beside standard output.
    init(_ file: OutputFile?, source: String) {
        self.file = file
        sourceName = source
    }

    var isCompressed: Bool { file?.isCompressed ?? false }
    var pendingBytes: Int { file?.pendingBytes ?? 0 }
    var length: Int { file?.length ?? 0 }

    /// Writes the records of a chunk that failed, and those that were not valid, in their order.
    ///
    /// - Returns: How many failed.
    func write(_ result: RunResult, of chunk: RunChunk) throws -> Int {
        var rejects = chunk.rejects[...]
        var number = chunk.firstRecord
        var failed = 0
        let inputs = JSONElements(chunk.inputText)
        for record in 0..<chunk.recordCount {
            while let reject = rejects.first, reject.location.record == number {
                writeLine(invalid: reject)
                rejects.removeFirst()
                number += 1
            }
            if result.hasFailed(record) {
                failed += 1
                file?.append(Bytes(#"{"record":\#(number),"chunk":"\#(chunk.id)","errors":"#))
                file?.append(result.errors[record])
                file?.append(Bytes(#","input":"#))
                file?.append(inputs[record])
                file?.append(Bytes("}\n"))
            }
            number += 1
        }
        for reject in rejects { writeLine(invalid: reject) }
        return failed
    }

    /// Writes the records of a chunk that were not valid.
    func write(invalid chunk: RunChunk) throws {
        for reject in chunk.rejects { writeLine(invalid: reject) }
    }

    private func writeLine(invalid reject: Diagnostic) {
        guard let file else { return }
        let error: JSONValue = [
            "code": .string(reject.code.rawValue), "message": .string(reject.message),
            "field": reject.location.field.map { .string($0) } ?? nil,
        ]
        let line = JSONObject([
            ("record", reject.location.record.map { .int($0) } ?? .null),
            ("source", .string(sourceName)), ("line", reject.location.line.map { .int($0) } ?? .null),
            ("errors", .array([error])), ("text", reject.record.map { .string($0.text) } ?? .null),
        ])
        file.append(Bytes(JSONValue.object(line).description + "\n"))
    }

    func flush() throws { try file?.flush() }
    func synchronize() throws { try file?.synchronize() }
    func finish() throws { if length > 0 || pendingBytes > 0 { try file?.finish() } }

    /// A file of nothing is not left behind.
    func publish() throws { if length > 0 { try file?.publish() } else { file?.discard() } }

    func leave() { file?.leave() }
}

extension RunChunk {
    /// The number of its first record in the input, valid or not.
    var firstRecord: Int { end.record - recordCount - rejects.count + 1 }
}
