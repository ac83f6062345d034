// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What changes when a file is written or replaced, so that it need not be read to know.
struct FileSignature: Sendable, Hashable {
    private let device: UInt
    private let inode: UInt
    private let size: Int
    private let written: [Int]

    init(_ status: stat) {
        device = status.st_dev
        inode = status.st_ino
        size = status.st_size
        // With the time at which the inode changed: the other can be set back, and some programs do.
        written = [
            status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }

    /// As text that differs when they do.
    var text: String {
        ([Int(bitPattern: device), Int(bitPattern: inode), size] + written).map(String.init).joined(separator: ".")
    }
}
