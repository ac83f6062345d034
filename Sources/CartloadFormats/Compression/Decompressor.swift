// SPDX-License-Identifier: Apache-2.0

internal import CISAL
internal import CZstd

/// Turns the bytes of one compressed member or frame after another into what they stand for.
protocol Decompressor: AnyObject {
    /// Makes ready for the next member; called before each one but the first.
    func reset()

    /// Works until the input is used up, the output full, or the member ends.
    func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) throws(DecompressionFailure)
        -> DecompressionStep
}

struct DecompressionStep {
    var consumed: Int
    var produced: Int
    /// Whether the member ended and its checksum, where it has one, was right.
    var isFinished: Bool
}

struct DecompressionFailure: Error, CustomStringConvertible {
    var description: String
}

/// Reads gzip members with ISA-L, which takes a sixth of the time that gzip does.
final class GzipDecompressor: Decompressor {
    private let state: UnsafeMutableRawPointer
    private var header = GzipHeader()

    init() {
        guard let state = cl_isal_reader_create() else { fatalError("out of memory") }
        self.state = state
    }

    deinit { cl_isal_reader_destroy(state) }

    func reset() {
        header = GzipHeader()
        cl_isal_reader_reset(state)
    }

    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFailure) -> DecompressionStep {
        var skipped = 0
        while !header.isAtEnd {
            guard skipped < input.count else {
                return DecompressionStep(consumed: skipped, produced: 0, isFinished: false)
            }
            try header.take(input[skipped])
            skipped += 1
        }
        let input = UnsafeRawBufferPointer(rebasing: input[skipped...])
        let step = cl_isal_reader_step(
            state, input.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(clamping: input.count),
            output.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(clamping: output.count))
        // Positive codes say that input or output ran out, which is no failure.
        guard step.code >= 0 else { throw DecompressionFailure(description: GzipDecompressor.reason(step.code)) }
        return DecompressionStep(
            consumed: skipped + Int(step.consumed), produced: Int(step.produced), isFinished: step.finished != 0)
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case ISAL_INCORRECT_CHECKSUM: "the checksum does not match"
        case ISAL_INVALID_BLOCK: "a block is invalid"
        case ISAL_INVALID_SYMBOL: "a symbol is invalid"
        case ISAL_INVALID_LOOKBACK: "a reference points before the beginning"
        default: "ISA-L code \(code)"
        }
    }
}

/// Reads zstd frames, skippable ones included.
final class ZstdDecompressor: Decompressor {
    private let stream: OpaquePointer

    init() {
        guard let stream = ZSTD_createDStream() else { fatalError("out of memory") }
        self.stream = stream
        ZSTD_initDStream(stream)
    }

    deinit { ZSTD_freeDStream(stream) }

    func reset() {}  // the library goes on to the next frame by itself

    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFailure) -> DecompressionStep {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let result = ZSTD_decompressStream(stream, &target, &source)
        if ZSTD_isError(result) != 0 {
            throw DecompressionFailure(
                description: ZSTD_getErrorName(result).map { String(cString: $0) } ?? "zstd code \(result)")
        }
        return DecompressionStep(consumed: source.pos, produced: target.pos, isFinished: result == 0)
    }
}
