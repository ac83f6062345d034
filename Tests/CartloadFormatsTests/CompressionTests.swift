// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadTesting
import Testing

@Suite struct CompressionTests {
    static let compressors = [
        BlockCompressor(.none), BlockCompressor(.gzip), BlockCompressor(.gzip, level: .small), BlockCompressor(.zstd),
        BlockCompressor(.zstd, level: .small),
    ]
    static let compressed = Array(compressors.dropFirst())

    static func sample(_ count: Int, seed: UInt64) -> Bytes {
        var random = SeededGenerator(seed: seed)
        return Bytes((0..<count).map { _ in UInt8(random.below(4) == 0 ? random.below(256) : random.below(4) + 97) })
    }

    static func joined(_ parts: [Bytes]) -> Bytes {
        var builder = BytesBuilder()
        for part in parts { builder.append(part) }
        return builder.finish()
    }

    @Test(arguments: compressors, [1, 7, 1 << 20])
    func blocksAfterOneAnotherAreOneFileHoweverItIsRead(_ compressor: BlockCompressor, _ piece: Int) throws {
        for sizes in [[0], [1], [0, 0, 5], [20_000, 3, 0, 7_000], [140_000]] {
            let blocks = sizes.enumerated().map { Self.sample($0.element, seed: UInt64($0.offset)) }
            let file = Self.joined(blocks.map { compressor.compress($0) })
            let reader = try DecompressingReader(ScriptedReader(file, pieces: { _ in piece }))
            #expect(reader.compression == (file.isEmpty ? .none : compressor.compression))
            let room = piece == 7 ? 13 : 1 << 16
            #expect(try reader.readAll(room) == Self.joined(blocks), "sizes \(sizes)")
            #expect(reader.storedBytesRead == file.count)
        }
    }

    @Test(arguments: compressed)
    func aFileCutAnywhereWithinIsTruncated(_ compressor: BlockCompressor) throws {
        let first = compressor.compress(Self.sample(300, seed: 1))
        let file = Self.joined([first, compressor.compress(Self.sample(200, seed: 2))])
        for length in 2..<file.count {
            do {
                _ = try DecompressingReader(ScriptedReader(file[0..<length])).readAll()
                #expect(length == first.count, "cut at \(length) of \(file.count)")
            } catch let error as CartloadError {
                #expect(error.code == .truncated, "cut at \(length): \(error)")
                #expect(error.location.source == "scripted")
                #expect(error.location.byte == length)
            }
        }
    }

    @Test(arguments: compressed)
    func aChangedByteNeverGoesUnnoticed(_ compressor: BlockCompressor) throws {
        // zstd blocks written without a checksum cannot tell, so this is about not crashing there.
        let data = Self.sample(500, seed: 3)
        let file = compressor.compress(data)
        for index in 0..<file.count {
            var bytes = file.withUnsafeBytes { Array($0) }
            bytes[index] ^= 0x41
            let result = try? DecompressingReader(ScriptedReader(Bytes(bytes))).readAll()
            let isHeader = index < 10  // time, flags and system of the gzip header mean nothing to the data
            if compressor.compression == .gzip, !isHeader { #expect(result == nil, "byte \(index)") }
        }
    }

    static let others: [(String, [UInt8])] = [
        (
            "gzip, with a name",
            [
                31, 139, 8, 8, 207, 75, 0, 107, 2, 3, 97, 46, 116, 120, 116, 0, 203, 72, 205, 201, 201, 231, 42, 207,
                47, 202,
                73, 225, 2, 0, 255, 93, 197, 196, 12, 0, 0, 0,
            ]
        ),
        (
            "zlib",
            [
                31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 203, 72, 205, 201, 201, 231, 42, 207, 47, 202, 73, 225, 2, 0, 255, 93,
                197,
                196, 12, 0, 0, 0,
            ]
        ),
        (
            "every optional field of the header",
            [
                31, 139, 8, 31, 0, 0, 0, 0, 0, 3, 4, 0, 101, 120, 116, 114, 110, 97, 109, 101, 0, 99, 111, 109, 109,
                101, 110,
                116, 0, 135, 170, 203, 72, 205, 201, 201, 231, 42, 207, 47, 202, 73, 225, 2, 0, 255, 93, 197, 196, 12,
                0, 0, 0,
            ]
        ),
        (
            "zstd with a checksum",
            [
                40, 181, 47, 253, 36, 12, 97, 0, 0, 104, 101, 108, 108, 111, 10, 119, 111, 114, 108, 100, 10, 181, 14,
                135, 23,
            ]
        ),
    ]

    @Test(arguments: others)
    func filesOfOtherProgramsAreReadAlsoAfterOurs(_ program: String, _ bytes: [UInt8]) throws {
        let compression = Compression(sniffing: bytes)
        let ours = BlockCompressor(compression).compress(Bytes("ours\n"))
        let small = BlockCompressor(compression, level: .small).compress(Bytes("small\n"))
        let file = Self.joined([ours, Bytes(bytes), small, Bytes(bytes)])
        for piece in [1, 2, 1000] {
            let reader = try DecompressingReader(ScriptedReader(file, pieces: { _ in piece }))
            #expect(try reader.readAll().text == "ours\nhello\nworld\nsmall\nhello\nworld\n", "pieces of \(piece)")
        }
        for length in 4..<bytes.count {
            let error = #expect(throws: CartloadError.self) {
                try DecompressingReader(ScriptedReader(Bytes(bytes[..<length]))).readAll()
            }
            #expect(error?.code == .truncated, "cut at \(length)")
        }
    }

    @Test func zerosAfterGzipArePaddingAndAnythingElseIsNot() throws {
        let compressor = BlockCompressor(.gzip)
        let data = Self.sample(1000, seed: 4)
        let member = compressor.compress(data)
        let padded = Self.joined([member, Bytes([UInt8](repeating: 0, count: 200_000))])
        #expect(try DecompressingReader(ScriptedReader(padded)).readAll() == data)
        for tail in [[1], [0, 0, 0x1f, 0x8b], Array("garbage".utf8)] as [[UInt8]] {
            let file = Self.joined([member, Bytes(tail)])
            let error = #expect(throws: CartloadError.self) {
                try DecompressingReader(ScriptedReader(file)).readAll()
            }
            #expect(error?.code == .corrupt)
            #expect((error?.location.byte ?? 0) >= member.count)
        }
    }

    @Test func skippableZstdFramesAreSkipped() throws {
        let frame: [UInt8] = [0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let data = Self.sample(1000, seed: 5)
        let file = Self.joined([Bytes(frame), BlockCompressor(.zstd).compress(data), Bytes(frame)])
        #expect(try DecompressingReader(ScriptedReader(file)).readAll() == data)
    }

    @Test func whatIsDeclaredMustBeTrue() throws {
        let data = Self.sample(100, seed: 6)
        for compressor in Self.compressors {
            for declared in Compression.allCases {
                let file = compressor.compress(data)
                if declared == compressor.compression {
                    _ = try DecompressingReader(ScriptedReader(file), declared: declared).readAll()
                } else {
                    let error = #expect(throws: CartloadError.self) {
                        try DecompressingReader(ScriptedReader(file), declared: declared)
                    }
                    #expect(error?.code == .wrongCompression)
                }
            }
        }
    }

    @Test(arguments: [Compression.gzip, .zstd])
    func expansionCanBeBounded(_ compression: Compression) throws {
        let zeros = Bytes([UInt8](repeating: 0x20, count: 8 << 20))
        let file = BlockCompressor(compression).compress(zeros)
        #expect(try DecompressingReader(ScriptedReader(file)).readAll().count == zeros.count)
        let error = #expect(throws: CartloadError.self) {
            try DecompressingReader(ScriptedReader(file), maximumExpansion: 20).readAll()
        }
        #expect(error?.code == .expandsTooMuch)
    }

    @Test(arguments: compressors)
    func readingGoesOnAtAnOffset(_ compressor: BlockCompressor) throws {
        let data = Self.sample(400_000, seed: 7)
        let file = compressor.compress(data)
        for offset in [0, 1, 65_536, 399_999, 400_000] {
            let reader = try DecompressingReader(ScriptedReader(file))
            try reader.skip(to: offset)
            #expect(try reader.readAll() == data[offset..<data.count])
        }
        let reader = try DecompressingReader(ScriptedReader(file))
        #expect(throws: CartloadError.self) { try reader.skip(to: 400_001) }
    }
}
