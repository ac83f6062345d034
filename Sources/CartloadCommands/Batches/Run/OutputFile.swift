// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage
internal import Glibc

/// Where outputs go: a file that appears when it is whole, or standard output.
///
/// Compressed files consist of blocks. Where they are cut depends on the data alone, so that an interrupted run makes the
/// same file as one that was not (I3).
final class OutputFile {
    private let file: AsideFile?
    private let compressor: BlockCompressor
    private var pending = BytesBuilder(capacity: 64 << 10)
    private var standardOutputBytes = 0

    /// - Parameters:
    ///   - path: `-` is standard output.
    ///   - length: How long an earlier run left it; nil starts anew.
    init(_ path: String, resumingAt length: Int?) throws {
        let compression: Compression = path.hasSuffix(".gz") ? .gzip : path.hasSuffix(".zst") ? .zstd : .none
        compressor = BlockCompressor(compression)
        file = path == "-" ? nil : try AsideFile(path, resumingAt: length)
    }

    var isCompressed: Bool { compressor.compression != .none }

    /// Bytes that are not in the file yet.
    var pendingBytes: Int { pending.count }

    /// Bytes in the file.
    var length: Int { file?.length ?? standardOutputBytes }

    func append(_ bytes: UnsafeRawBufferPointer) { pending.append(bytes) }
    func append(_ bytes: Bytes) { pending.append(bytes) }
    func append(_ byte: UInt8) { pending.append(byte) }

    /// Puts what is pending into the file, as one block.
    func flush() throws {
        guard pending.count > 0 else { return }
        if let file {
            try pending.withUnsafeBytes { bytes in
                if isCompressed { try file.append(compressor.compress(bytes)) } else { try file.append(bytes) }
            }
        } else {
            try pending.withUnsafeBytes { try writeToStandardOutput($0) }
        }
        pending.truncate()
    }

    private func writeToStandardOutput(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = write(1, part.baseAddress, part.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                if errno == EPIPE { throw OutputClosed() }
                throw CartloadError(
                    .outputFailed, "stdout cannot be written: \(String(cString: strerror(errno)))",
                    advice: "Check the space and permissions where stdout goes.")
            }
            standardOutputBytes += count
            rest = rest.dropFirst(count)
        }
    }

    /// Makes what is in the file survive a power cut (I1).
    func synchronize() throws { try file?.synchronize() }

    /// A compressed file of nothing is still a file of that format.
    func finish() throws {
        try flush()
        if isCompressed, let file, file.length == 0 { try file.append(compressor.compress(Bytes())) }
    }

    func publish() throws { try file?.publish() }
    func leave() { file?.leave() }
    func discard() { file?.discard() }
}
