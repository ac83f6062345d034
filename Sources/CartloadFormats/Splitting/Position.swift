// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A place between two records, counted from the beginning of the uncompressed input.
public struct Position: Sendable, Hashable {
    /// Bytes before it.
    public var byte: Int
    /// Ended physical lines before it.
    public var line: Int
    /// Records before it; blank lines and headers are none.
    public var record: Int

    public init(byte: Int = 0, line: Int = 0, record: Int = 0) {
        self.byte = byte
        self.line = line
        self.record = record
    }

    /// The place of the record that begins here, for messages.
    public func location(in source: String?) -> Location {
        Location(source: source, line: line + 1, byte: byte, record: record + 1)
    }

    /// As it is kept in checkpoints.
    public var json: JSONValue { ["byte": .int(byte), "line": .int(line), "record": .int(record)] }

    /// Reads what ``json`` wrote; nil for anything else.
    public init?(_ json: JSONValue) {
        guard let byte = json["byte"]?.intValue, let line = json["line"]?.intValue,
            let record = json["record"]?.intValue, byte >= 0, line >= 0, record >= 0
        else { return nil }
        self.init(byte: byte, line: line, record: record)
    }
}
