// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Column {
    /// The column with strings for JSON texts, if all of its values are JSON strings.
    ///
    /// Processors pass on as JSON text what they do not touch, so a column of names comes quoted. With values of several
    /// kinds it stays JSON text: the text "1" and the number 1 would be the same cell otherwise.
    func withPlainTexts() -> Column {
        let quote = UInt8(ascii: "\"")
        guard type == .json, case .text(let texts) = values else { return self }
        for row in 0..<count where !isNull(row) {
            guard texts.value(row).first == quote else { return self }
        }
        var builder = TextBuilder(capacity: count, byteCapacity: texts.bytes.count)
        for row in 0..<count {
            let value = texts.value(row)
            if isNull(row) {
                builder.appendEmpty()
            } else if value.contains(UInt8(ascii: "\\")) {
                builder.append((try? JSONValue(parsing: Bytes(copying: value)))?.stringValue ?? "")
            } else {
                builder.append(UnsafeRawBufferPointer(rebasing: value.dropFirst().dropLast()))
            }
        }
        return Column(type: .string, values: .text(builder.finish()), validity: validity, count: count)
    }
}
