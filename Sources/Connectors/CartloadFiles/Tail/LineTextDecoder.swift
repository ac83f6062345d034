// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// Opens blocks of lines that are any text: each one that is not blank is a record with the field `line`.
struct LineTextDecoder: SealedDecoder {
    static let schema = Schema([Field("line", .string, isNullable: false)])

    func decode(
        _ sealed: Sealed, at origin: Location, _ diagnostics: inout Diagnostics
    ) throws -> RecordBatch.Body {
        var text = TextBuilder(capacity: sealed.count ?? 0, byteCapacity: sealed.bytes.count)
        var repaired = 0
        sealed.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var start = 0
            while start < bytes.count {
                let found = memchr(base + start, 0x0a, bytes.count - start).map { UnsafeRawPointer($0) - base }
                var line = bytes[start..<(found ?? bytes.count)]
                start = (found ?? bytes.count) + 1
                if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
                if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { continue }
                let whole = UnsafeRawBufferPointer(rebasing: line)
                if whole.allSatisfy({ $0 < 0x80 }) || String(validating: whole, as: UTF8.self) != nil {
                    text.append(whole)
                } else {
                    repaired += 1
                    text.append(String(decoding: whole, as: UTF8.self))
                }
            }
        }
        diagnostics.warn(.repairedText, count: repaired)
        let count = text.count
        let column = Column(type: .string, values: .text(text.finish()), count: count)
        return .columns(Columns(schema: LineTextDecoder.schema, columns: [column], count: count))
    }
}
