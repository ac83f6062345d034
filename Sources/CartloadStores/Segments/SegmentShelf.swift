// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc
internal import Synchronization

/// The open segments of a folder, for the thread that commits and for those that read.
final class SegmentShelf: Sendable {
    private let folder: String
    private let segments = Mutex<[Int: SegmentFile]>([:])

    init(folder: String) { self.folder = folder }

    subscript(number: Int) -> SegmentFile? { segments.withLock { $0[number] } }

    /// The numbers of the segments that are on the disk.
    func stored() throws -> [Int] {
        try StoreFolder.names(folder).compactMap { name in
            name.hasSuffix(".segment") ? Int(name.dropLast(8)) : nil
        }.sorted()
    }

    @discardableResult
    func open(_ number: Int) throws -> SegmentFile {
        let file = try SegmentFile(opening: number, path: path(number))
        segments.withLock { $0[number] = file }
        return file
    }

    @discardableResult
    func make(_ number: Int, size: Int, disk: some StoreDisk, isDurable: Bool) throws -> SegmentFile {
        let file = try SegmentFile(
            making: number, path: path(number), size: size, disk: disk, isDurable: isDurable)
        if isDurable { try StoreFolder.synchronize(folder) }
        segments.withLock { $0[number] = file }
        return file
    }

    /// Removes a segment's file. One that cannot be removed has no payloads, and goes at the next start.
    func remove(_ number: Int) {
        segments.withLock { $0[number] = nil }
        unlink(path(number))
    }

    private func path(_ number: Int) -> String { "\(folder)/\(number).segment" }
}
