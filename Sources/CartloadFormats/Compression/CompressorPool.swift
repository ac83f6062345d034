// SPDX-License-Identifier: Apache-2.0

internal import CDeflate
internal import CISAL
internal import CZstd
internal import CartloadCore
internal import Synchronization

/// Working memory of compressors between blocks; at most as much as blocks are compressed at one time (I7).
final class CompressorPool: Sendable {
    private let compression: Compression
    private let level: BlockCompressor.Level
    private let idle = Mutex<[CompressorMemory]>([])

    init(_ compression: Compression, _ level: BlockCompressor.Level) {
        self.compression = compression
        self.level = level
    }

    func take() -> CompressorMemory {
        idle.withLock { $0.popLast() } ?? CompressorMemory(compression, level)
    }

    func give(_ memory: CompressorMemory) {
        memory.shrink()
        idle.withLock { $0.append(memory) }
    }
}

/// The working memory of one compressor and room for its output.
///
/// Unchecked because the pool hands it to one caller at a time.
final class CompressorMemory: @unchecked Sendable {
    private enum Engine {
        case isal(UnsafeMutableRawPointer)
        case deflate(OpaquePointer)
        case zstd(OpaquePointer, Int32)
    }

    private let engine: Engine
    private var output = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    init(_ compression: Compression, _ level: BlockCompressor.Level) {
        let made: Engine?
        switch (compression, level) {
        case (.zstd, _): made = ZSTD_createCCtx().map { .zstd($0, level == .fast ? 1 : 9) }
        case (_, .fast): made = cl_isal_writer_create().map { .isal($0) }
        case (_, .small): made = libdeflate_alloc_compressor(6).map { .deflate($0) }
        }
        guard let made else { fatalError("out of memory") }
        engine = made
    }

    deinit {
        output.deallocate()
        switch engine {
        case .isal(let writer): cl_isal_writer_destroy(writer)
        case .deflate(let compressor): libdeflate_free_compressor(compressor)
        case .zstd(let context, _): ZSTD_freeCCtx(context)
        }
    }

    /// Gives back the room for an unusually large block.
    func shrink() {
        if output.count > 4 << 20 { reserve(0) }
    }

    private func reserve(_ count: Int) {
        output.deallocate()
        output = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    }

    /// One whole member or frame. It is made in room that is kept, so that what travels on is as small as it can be.
    func compress(_ input: UnsafeRawBufferPointer) -> Bytes {
        let bound = bound(input.count)
        if output.count < bound { reserve(bound) }
        let count = write(input)
        precondition(count > 0, "a compressor wrote more than its bound")
        return Bytes(copying: UnsafeRawBufferPointer(rebasing: output[..<count]))
    }

    private func bound(_ count: Int) -> Int {
        switch engine {
        case .isal: count + count / 16 + 4096  // stored blocks and their headers at worst
        case .deflate(let compressor): libdeflate_gzip_compress_bound(compressor, count)
        case .zstd: ZSTD_compressBound(count)
        }
    }

    private func write(_ input: UnsafeRawBufferPointer) -> Int {
        switch engine {
        case .isal(let writer):
            return cl_isal_writer_write(
                writer, input.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(input.count),
                output.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(clamping: output.count))
        case .deflate(let compressor):
            return libdeflate_gzip_compress(
                compressor, input.baseAddress, input.count, output.baseAddress, output.count)
        case .zstd(let context, let level):
            let count = ZSTD_compressCCtx(
                context, output.baseAddress, output.count, input.baseAddress, input.count, level)
            return ZSTD_isError(count) != 0 ? 0 : count
        }
    }
}
