// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// An open segment, closed with its last reference: one that is removed stays readable for whoever reads it.
final class SegmentFile: Sendable {
    let number: Int
    let path: String
    let size: Int
    private let file: Int32

    /// Makes a segment, durably.
    init(making number: Int, path: String, size: Int, disk: some StoreDisk, isDurable: Bool) throws {
        self.number = number
        self.path = path
        self.size = size
        file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw SystemFailure.last.error("make the segment", path, else: .storeWriteFailed) }
        let failure = disk.allocate(file, size: size)
        guard failure == 0 else {
            unlink(path)
            throw SystemFailure(number: failure).error("make the segment", path, else: .storeWriteFailed)
        }
        // Its size must be durable too; fdatasync sees to that.
        if isDurable { try synchronize(disk) }
    }

    /// Opens a segment that is there.
    init(opening number: Int, path: String) throws {
        self.number = number
        self.path = path
        file = open(path, O_RDWR | O_CLOEXEC)
        var status = stat()
        guard file >= 0, fstat(file, &status) == 0 else {
            throw SystemFailure.last.error("open the segment", path, else: .storeReadFailed)
        }
        size = Int(status.st_size)
    }

    deinit { if file >= 0 { close(file) } }

    /// Writes all of the vectors.
    func write(_ vectors: [iovec], at start: Int, disk: some StoreDisk) throws {
        var vectors = vectors
        var first = 0
        var offset = start
        while first < vectors.count {
            let most = min(vectors.count - first, 1024)  // IOV_MAX
            var written = vectors.withUnsafeBufferPointer { all in
                uninterrupted {
                    disk.write(UnsafeBufferPointer(rebasing: all[first..<first + most]), to: file, at: offset)
                }
            }
            guard written > 0 else {
                let failure = written == 0 ? SystemFailure(number: EIO) : SystemFailure.last
                throw failure.error("write payloads", path, else: .storeWriteFailed)
            }
            offset += written
            while first < vectors.count, written >= vectors[first].iov_len {
                written -= vectors[first].iov_len
                first += 1
            }
            if written > 0 {
                vectors[first].iov_base += written
                vectors[first].iov_len -= written
            }
        }
    }

    func synchronize(_ disk: some StoreDisk) throws {
        guard uninterrupted({ disk.synchronize(file) }) == 0 else {
            throw SystemFailure.last.error("make payloads durable", path, else: .storeWriteFailed)
        }
    }

    /// The bytes of a frame; fewer when the segment ends before.
    func read(at offset: Int, count: Int) throws -> Bytes {
        let storage = ByteStorage(capacity: count)
        var filled = 0
        while filled < count {
            let got = uninterrupted { pread(file, storage.base + filled, count - filled, offset + filled) }
            guard got >= 0 else { throw SystemFailure.last.error("read a payload", path, else: .storeReadFailed) }
            if got == 0 { break }
            filled += got
        }
        return Bytes(storage: storage, start: 0, count: filled)
    }
}
