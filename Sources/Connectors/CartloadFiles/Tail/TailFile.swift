// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage
internal import Glibc

/// One file that is or was followed, open, so that it stays the same whatever it is called by now.
final class TailFile {
    /// What a file is, under whatever name.
    struct Identity: Hashable, Sendable {
        var device: UInt64
        var inode: UInt64

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
        }

        init?(_ json: JSONValue?) {
            guard let device = json?["device"]?.intValue, let inode = json?["inode"]?.intValue else { return nil }
            self.device = UInt64(bitPattern: Int64(device))
            self.inode = UInt64(bitPattern: Int64(inode))
        }

        var json: JSONValue {
            ["device": .int(Int(Int64(bitPattern: device))), "inode": .int(Int(Int64(bitPattern: inode)))]
        }
    }

    let path: String
    let identity: Identity
    let size: Int
    private let descriptor: Int32

    /// - Throws: `CartloadError` when it cannot be opened or is no file.
    init(_ path: String) throws {
        self.path = path
        guard !FileReader.isReadOnce(path) else {
            throw CartloadError(
                .notAFile, "a pipe or device has no end to go on from", at: Location(source: path),
                advice: "Read it with the connector files.")
        }
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            // It says what is wrong, and looks again.
            if descriptor >= 0 { close(descriptor) }
            _ = try FileReader(path: path)
            throw CartloadError(.notAFile, "the file came and went", at: Location(source: path), advice: "Run again.")
        }
        identity = Identity(status)
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads it from its beginning up to an offset.
    func reader(upTo limit: Int) throws -> LimitedReader {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0, lseek(copy, 0, SEEK_SET) == 0 else {
            if copy >= 0 { close(copy) }
            throw CartloadError(.readFailed, "the file cannot be read", at: Location(source: path))
        }
        return LimitedReader(try FileReader(descriptor: copy, name: path, isOwned: true), limit: limit)
    }

    /// The offset after the last line feed between two offsets; the first of them when there is none.
    func lastLineEnd(after start: Int, before end: Int) -> Int {
        var room = [UInt8](repeating: 0, count: 1 << 16)
        var end = end
        while end > start {
            let begin = max(start, end - room.count)
            let count = pread(descriptor, &room, end - begin, begin)
            guard count > 0 else { return start }
            if let place = room[..<count].lastIndex(of: UInt8(ascii: "\n")) { return begin + place + 1 }
            end = begin
        }
        return start
    }

    /// How many bytes of a file's beginning tell it from another one that the system has given the same number.
    private static let headLimit = 4096

    /// A checksum of its beginning, as far as a place and not too far.
    func head(before place: Int) -> String {
        var room = [UInt8](repeating: 0, count: min(place, TailFile.headLimit))
        let count = max(0, pread(descriptor, &room, room.count, 0))
        var checksum: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
        for byte in room[..<count] { checksum = (checksum ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(checksum, radix: 16)
    }
}
