// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Compresses blocks, each into one complete gzip member or zstd frame, so that blocks compressed on several cores and
/// written one after another are a valid file.
public struct BlockCompressor: Sendable {
    /// What matters more.
    public enum Level: String, Sendable, Hashable, CaseIterable {
        /// Little time: ISA-L level 1, or zstd level 1.
        case fast
        /// Few bytes: libdeflate level 6 or zstd level 9, in about five times the time.
        case small
    }

    public let compression: Compression
    public let level: Level
    private let pool: CompressorPool

    public init(_ compression: Compression, level: Level = .fast) {
        self.compression = compression
        self.level = level
        pool = CompressorPool(compression, level)
    }

    /// Compresses one block; also an empty one, which makes a valid empty file.
    public func compress(_ bytes: Bytes) -> Bytes {
        if compression == .none { return bytes }
        return bytes.withUnsafeBytes { compress($0) }
    }

    /// Compresses one block.
    public func compress(_ buffer: UnsafeRawBufferPointer) -> Bytes {
        if compression == .none { return Bytes(copying: buffer) }
        let memory = pool.take()
        defer { pool.give(memory) }
        // ISA-L counts in 32 bits; a block larger than this becomes several members, which read as one.
        let limit = 1 << 30
        guard buffer.count > limit else { return memory.compress(buffer) }
        var result = BytesBuilder()
        var rest = buffer[...]
        while !rest.isEmpty {
            result.append(memory.compress(UnsafeRawBufferPointer(rebasing: rest.prefix(limit))))
            rest = rest.dropFirst(limit)
        }
        return result.finish()
    }
}

extension BlockCompressor: CustomStringConvertible {
    public var description: String { "\(compression), \(level)" }
}
