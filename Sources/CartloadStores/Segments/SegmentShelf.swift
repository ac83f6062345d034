// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc
internal import Synchronization

/// The segments of a folder, for the thread that commits and for those that read.
final class SegmentShelf: Sendable {
    private let folder: String
    /// How many stay open: a process may have a thousand open files, and a store more segments (I7).
    private let openFiles: Int
    private let segments = Mutex<[Int: SegmentFile]>([:])

    init(folder: String, openFiles: Int = 64) {
        self.folder = folder
        self.openFiles = openFiles
    }

    /// A segment; nil when it is not there any more.
    func segment(_ number: Int) throws -> SegmentFile? {
        if let file = segments.withLock({ $0[number] }) { return file }
        do {
            let file = try open(number)
            // It may have been removed since, and what is removed must not stay open.
            if !isStored(number) { segments.withLock { $0[number] = nil } }
            return file
        } catch {
            if isStored(number) { throw error }
            return nil
        }
    }

    /// The numbers of the segments that are on the disk.
    func stored() throws -> [Int] {
        try StoreFolder.names(folder).compactMap { name in
            name.hasSuffix(".segment") ? Int(name.dropLast(8)) : nil
        }.sorted()
    }

    @discardableResult
    func open(_ number: Int) throws -> SegmentFile {
        let file = try SegmentFile(opening: number, path: path(number))
        keep(file)
        return file
    }

    @discardableResult
    func make(_ number: Int, size: Int, disk: some StoreDisk, isDurable: Bool) throws -> SegmentFile {
        let file = try SegmentFile(
            making: number, path: path(number), size: size, disk: disk, isDurable: isDurable)
        if isDurable { try StoreFolder.synchronize(folder) }
        keep(file)
        return file
    }

    /// Removes a segment's file. One that cannot be removed has no payloads, and goes at the next start.
    func remove(_ number: Int) {
        unlink(path(number))
        segments.withLock { $0[number] = nil }
    }

    private func isStored(_ number: Int) -> Bool { access(path(number), F_OK) == 0 }

    private func keep(_ file: SegmentFile) {
        segments.withLock { segments in
            if segments.count >= openFiles, let other = segments.keys.randomElement() { segments[other] = nil }
            segments[file.number] = file
        }
    }

    private func path(_ number: Int) -> String { "\(folder)/\(number).segment" }
}
