// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Hides the text of fields behind a character, or replaces it altogether; null stays null.
///
/// A text that is not longer than what would stay visible is hidden whole.
public struct MaskProcessor: Processor {
    private let text: TextProcessing
    private let keepFirst: Int
    private let keepLast: Int
    private let character: Bytes
    private let replacement: Bytes?

    /// - Parameters:
    ///   - keepFirst: How many characters at the beginning stay.
    ///   - keepLast: How many at the end stay.
    ///   - character: What stands for each hidden character.
    ///   - replacement: A text that replaces the whole value; the other parameters then do not matter.
    public init(
        _ fields: [String], keepFirst: Int = 0, keepLast: Int = 0, character: Character = "*",
        replacement: String? = nil
    ) throws {
        guard keepFirst >= 0, keepLast >= 0 else {
            throw CartloadError(.processorSetting, "mask: a negative number of characters cannot be kept")
        }
        text = try TextProcessing(fields)
        self.keepFirst = keepFirst
        self.keepLast = keepLast
        self.character = Bytes(String(character))
        self.replacement = replacement.map { Bytes($0) }
    }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        try text.process(batch, &diagnostics) { value, bytes in
            if let replacement { return bytes.append(replacement) }
            var count = 0
            for byte in value where byte & 0xc0 != 0x80 { count += 1 }
            let hidesAll = keepFirst >= count || keepLast >= count - keepFirst
            var index = 0
            var start = 0
            while start < value.count {
                var end = start + 1
                while end < value.count, value[end] & 0xc0 == 0x80 { end += 1 }
                if !hidesAll, index < keepFirst || index >= count - keepLast {
                    bytes.append(UnsafeRawBufferPointer(rebasing: value[start..<end]))
                } else {
                    bytes.append(character)
                }
                index += 1
                start = end
            }
        }
    }

    public func schema(from input: Schema) throws -> Schema { try text.schema(from: input, "mask") }
}
