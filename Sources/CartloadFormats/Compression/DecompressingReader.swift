// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Reads what another reader's bytes stand for, whether they are plain, gzip or zstd; recognised by content, never by name.
///
/// Several gzip members or zstd frames after one another are one file. Zeros after the last gzip member are padding;
/// anything else there, a file that ends within a member and a wrong checksum are errors located at the compressed byte.
public final class DecompressingReader: SkippingByteReader {
    private let base: any ByteReader
    private let decompressor: (any Decompressor)?
    private let maximumExpansion: Int?
    /// How the bytes are compressed.
    public let compression: Compression
    /// How many bytes have been handed out or skipped.
    public private(set) var bytesRead = 0

    private let input: UnsafeMutableRawBufferPointer
    private var unread: Range<Int>
    private var isInMember = true
    private var mayHoldOutput = false
    private var isPadding = false

    public var name: String { base.name }
    public var storedBytesRead: Int { base.storedBytesRead - unread.count }
    public var wouldWait: Bool { decompressor == nil && unread.isEmpty && base.wouldWait }

    /// Looks at the first bytes.
    ///
    /// - Parameters:
    ///   - declared: How the file is said to be compressed; nil to go by its content alone.
    ///   - maximumExpansion: How many bytes may come out for each that goes in, once a mebibyte has; nil for any number.
    /// - Throws: `CartloadError` with code `compression.wrong` when the content is not as declared, and what `base` throws.
    public init(_ base: any ByteReader, declared: Compression? = nil, maximumExpansion: Int? = nil) throws {
        self.base = base
        self.maximumExpansion = maximumExpansion
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
        do {
            var count = 0
            while count < Compression.sniffedByteCount {
                let more = try base.read(into: UnsafeMutableRawBufferPointer(rebasing: room[count...]))
                if more == 0 { break }
                count += more
            }
            let first = Array(room[..<min(count, Compression.sniffedByteCount)])
            if let cut = Compression(cutShort: first) {
                throw DecompressingReader.truncated(cut, base.name, at: count)
            }
            compression = Compression(sniffing: first)
            if let declared, declared != compression {
                throw DecompressingReader.wrong(declared, compression, base.name)
            }
            unread = 0..<count
        } catch {
            room.deallocate()
            throw error
        }
        input = room
        switch compression {
        case .none: decompressor = nil
        case .gzip: decompressor = GzipDecompressor()
        case .zstd: decompressor = ZstdDecompressor()
        }
    }

    deinit { input.deallocate() }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard buffer.count > 0 else { return 0 }
        let count = try decompressor.map { try inflate(with: $0, into: buffer) } ?? readPlain(into: buffer)
        bytesRead += count
        return count
    }

    public func skip(to offset: Int) throws {
        precondition(offset >= bytesRead, "a file is read forward")
        if decompressor == nil {
            let held = min(unread.count, offset - bytesRead)
            unread.removeFirst(held)
            bytesRead += held
            if bytesRead < offset, let base = base as? any SkippingByteReader {
                try base.skip(to: offset)
                bytesRead = offset
            }
        }
        try discard(to: offset)
    }

    private func discard(to offset: Int) throws {
        guard bytesRead < offset else { return }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
        defer { room.deallocate() }
        while bytesRead < offset {
            let wanted = min(room.count, offset - bytesRead)
            if try read(into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted])) == 0 {
                throw CartloadError(
                    .endsEarly, "the data ends before byte \(offset), where reading should go on",
                    at: Location(source: name, byte: bytesRead),
                    advice: "The file is not the one of the earlier run; start again with --fresh.")
            }
        }
    }

    private func readPlain(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !unread.isEmpty else { return try base.read(into: buffer) }
        let count = min(unread.count, buffer.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[unread.prefix(count)]))
        unread.removeFirst(count)
        return count
    }

    private func inflate(
        with decompressor: any Decompressor, into buffer: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        while true {
            if unread.isEmpty, !mayHoldOutput, try !refill() {
                if isInMember { throw DecompressingReader.truncated(compression, name, at: storedBytesRead) }
                return 0
            }
            if !isInMember, try !beginMember(decompressor) { continue }
            let step: DecompressionStep
            do {
                step = try decompressor.step(UnsafeRawBufferPointer(rebasing: input[unread]), buffer)
            } catch {
                throw CartloadError(
                    .corrupt, "the \(compression) data is damaged: \(error)",
                    at: Location(source: name, byte: storedBytesRead), advice: "Get the file again.")
            }
            unread.removeFirst(step.consumed)
            mayHoldOutput = !step.isFinished && step.produced == buffer.count
            if step.isFinished { isInMember = false }
            if step.produced > 0 {
                try checkExpansion(adding: step.produced)
                return step.produced
            }
        }
    }

    /// Begins with what follows a member; false when that is padding.
    private func beginMember(_ decompressor: any Decompressor) throws -> Bool {
        if compression == .gzip {
            let next = input[unread.lowerBound]
            if isPadding || next == 0 {
                isPadding = true
                let rest = input[unread]
                guard rest.allSatisfy({ $0 == 0 }) else { throw trailing() }
                unread = unread.upperBound..<unread.upperBound
                return false
            }
            guard next == 0x1f else { throw trailing() }
        }
        isInMember = true
        decompressor.reset()
        return true
    }

    private func refill() throws -> Bool {
        unread = 0..<0
        let count = try base.read(into: input)
        unread = 0..<count
        return count > 0
    }

    private func checkExpansion(adding produced: Int) throws {
        guard let maximumExpansion else { return }
        let total = bytesRead + produced
        guard total <= 1 << 20 || total / maximumExpansion <= storedBytesRead else {
            throw CartloadError(
                .expandsTooMuch, "the data grows to more than \(maximumExpansion) times its size",
                at: Location(source: name, byte: storedBytesRead), advice: "Raise the bound if the file can be trusted."
            )
        }
    }

    private func trailing() -> CartloadError {
        CartloadError(
            .corrupt, "something that is not \(compression) follows the compressed data",
            at: Location(source: name, byte: storedBytesRead), advice: "Get the file again, or cut off what follows.")
    }

    private static func truncated(_ compression: Compression, _ name: String, at byte: Int) -> CartloadError {
        CartloadError(
            .truncated, "the file ends in the middle of its \(compression) data",
            at: Location(source: name, byte: byte),
            advice: "The file is not complete; get it again.")
    }

    private static func wrong(_ declared: Compression, _ found: Compression, _ name: String) -> CartloadError {
        CartloadError(
            .wrongCompression,
            "the file should be \(declared.phrase) and is \(found.phrase)",
            at: Location(source: name, byte: 0), advice: "Correct or leave out `compression`.")
    }
}

extension Compression {
    /// For messages.
    var phrase: String { self == .none ? "uncompressed" : "compressed with \(self)" }
}
