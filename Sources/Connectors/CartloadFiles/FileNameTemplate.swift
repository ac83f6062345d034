// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The pattern of the names of the files that a destination writes: text with `{n}`, `{key}` and `{stream}`.
///
/// The same batches always get the same names, so that a repeated run overwrites itself (I3).
public struct FileNameTemplate: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case text(String)
        case number
        case key
        case stream
        /// The key and a dash when there is a key.
        case optionalKey
    }

    private let parts: [Part]

    /// Parses a pattern.
    ///
    /// - Throws: `CartloadError` with code `files.template` for a name in braces that is not known.
    public init(_ pattern: String) throws {
        var parts: [Part] = []
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
            switch rest[rest.index(after: open)..<close] {
            case "n": parts.append(.number)
            case "key": parts.append(.key)
            case "stream": parts.append(.stream)
            case let name:
                throw CartloadError(
                    .fileTemplate, "\"{\(name)}\" in \"\(pattern)\" is not known",
                    advice: "File names may contain {n}, {key} and {stream}.")
            }
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    /// The names of the files in a folder: `{stream}-{n}`, with the key between the two for batches that have one.
    public init(folder: String, ending: String) {
        parts = [.text(folder), .stream, .text("-"), .optionalKey, .number, .text(ending)]
    }

    /// Whether names differ from file to file; otherwise everything goes into one.
    public var isNumbered: Bool { parts.contains(.number) }

    /// Whether names tell keys apart.
    public var isKeyed: Bool { parts.contains(.key) || parts.contains(.optionalKey) }

    /// Whether names tell streams apart.
    public var isByStream: Bool { parts.contains(.stream) }

    /// The name of one file.
    public func name(stream: String, key: String?, number: Int) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .number:
                String(repeating: "0", count: max(0, 5 - String(number).count)) + String(number)
            case .key: key ?? "all"
            case .optionalKey: key.map { "\($0)-" } ?? ""
            case .stream: FileNameTemplate.component(stream)
            }
        }.joined()
    }

    /// A text that is safe in one path component: what could mean something to a file system is percent-encoded, and a
    /// very long one is shortened with a checksum.
    public static func component(_ text: String) -> String {
        var safe = ""
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "="),
                UInt8(ascii: "@"):
                safe.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "_"), UInt8(ascii: "."):
                // At the start they hide a file from readers of the folder.
                if index == 0 { safe += hex(byte) } else { safe.unicodeScalars.append(Unicode.Scalar(byte)) }
            default: safe += hex(byte)
            }
        }
        return safe.isEmpty ? "%empty" : shortened(safe, text)
    }

    /// Names are at most 255 bytes, of which stream, key, number and endings each need a part.
    private static let longest = 96

    private static func shortened(_ safe: String, _ text: String) -> String {
        guard safe.utf8.count > longest else { return safe }
        return String(safe.prefix(longest - 17)) + "~" + String(checksum(text), radix: 16)
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.count < 2 ? "0" : "") + digits
    }

    /// FNV-1a, which is the same in every run; Swift's hashes are not.
    private static func checksum(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// The name of a batch key as a path component; values are joined with a comma, null is `%null`.
    public static func component(_ key: BatchKey) -> String {
        let joined = key.values.map { value in
            switch value {
            case .null: "%null"
            case .string(let text): component(text)
            default: component(value.description)
            }
        }.joined(separator: ",")
        return shortened(joined, JSONValue.array(key.values).description)
    }

    /// Whether another key may have the same component: one of another type that reads the same, or a long one.
    static func isAmbiguous(_ key: BatchKey, _ component: String) -> Bool {
        component.utf8.count > 64
            || key.values.contains { value in
                switch value {
                case .null: false
                case .string(let text): (try? JSONValue(parsing: text)) != nil
                default: true
                }
            }
    }
}

extension CartloadError.Code {
    /// The pattern for file names is not valid.
    public static let fileTemplate = CartloadError.Code("files.template")
}
