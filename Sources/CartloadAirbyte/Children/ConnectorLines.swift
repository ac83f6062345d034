// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// The lines of a connector: messages, and whatever else it prints between them, which readers pass over.
enum ConnectorLines {
    /// - Returns: The messages, and whether there are NaN or infinities in them.
    /// - Throws: `CartloadError` with code `airbyte.message` for a line that begins like a message and is none: it may be a
    ///   record that was cut off.
    static func scan(_ block: SplitBlock, from name: String) throws -> (lines: MessageLines, hasTokens: Bool) {
        var diagnostics = Diagnostics()
        let origin = block.start.location(in: name)
        let lines = try MessageLines.scan(
            block.bytes, origin: origin, isFirst: block.isFirst, hasNestedRecords: true, &diagnostics)
        for fault in diagnostics.rejects {
            let first = fault.record?.withUnsafeBytes { $0.first { $0 > 0x20 } }
            guard first == UInt8(ascii: "{") else { continue }
            throw AirbyteFault.message("the line is no message: \(fault.message)").located(fault.location)
        }
        return (lines, diagnostics.warnings[.notFinite] != nil)
    }
}
