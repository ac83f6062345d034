// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// Compressed data ends in the middle.
    public static let truncated = CartloadError.Code("compression.truncated")
    /// Compressed data cannot be read: it is damaged, or something else follows it.
    public static let corrupt = CartloadError.Code("compression.corrupt")
    /// A file is not compressed in the way that was said.
    public static let wrongCompression = CartloadError.Code("compression.wrong")
    /// Compressed data grows more than is allowed when it is read.
    public static let expandsTooMuch = CartloadError.Code("compression.expands-too-much")
}

/// How the bytes of a file are compressed.
public enum Compression: String, Sendable, Hashable, CaseIterable {
    case none, gzip, zstd

    /// How many bytes ``init(sniffing:)`` wants to see.
    static let sniffedByteCount = 4

    /// Recognises the first bytes of a file; anything unknown is not compressed.
    public init(sniffing first: some Sequence<UInt8>) {
        let bytes = Array(first.prefix(4))
        if bytes.starts(with: [0x1f, 0x8b]) {
            self = .gzip
        } else if bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) {
            self = .zstd
        } else if bytes.count == 4, bytes[0] & 0xf0 == 0x50, bytes[1...] == [0x2a, 0x4d, 0x18] {
            self = .zstd  // a skippable frame in front
        } else {
            self = .none
        }
    }

    /// The compression that a few bytes are the beginning of, when the file ends within its first four.
    init?(cutShort bytes: [UInt8]) {
        if bytes == [0x1f] {
            self = .gzip
        } else if bytes.count > 1, [0x28, 0xb5, 0x2f, 0xfd].starts(with: bytes), bytes.count < 4 {
            self = .zstd
        } else {
            return nil
        }
    }

    /// What a file name gets at its end, with the dot; empty when not compressed.
    public var suffix: String {
        switch self {
        case .none: ""
        case .gzip: ".gz"
        case .zstd: ".zst"
        }
    }

    /// The compression that a name or alias means: `gzip`, `gz`, `zstd`, `zst`, `none` or nothing.
    public init?(named name: String) {
        switch name.lowercased() {
        case "", "none", "plain": self = .none
        case "gzip", "gz": self = .gzip
        case "zstd", "zst": self = .zstd
        default: return nil
        }
    }
}
