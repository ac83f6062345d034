// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// Writes the payloads of a group to segments and makes them durable.
///
/// Used by the committing thread alone.
final class FrameWriter {
    private let shelf: SegmentShelf
    private let disk: any StoreDisk
    private let isDurable: Bool
    private let arena: FrameArena
    private var ledger: SegmentLedger

    init(shelf: SegmentShelf, ledger: SegmentLedger, disk: any StoreDisk, options: SegmentedStoreOptions) {
        self.shelf = shelf
        self.ledger = ledger
        self.disk = disk
        isDurable = options.durability == .fsync
        arena = FrameArena(compressFrom: options.compressFrom, keptCapacity: options.groupBytes * 2)
    }

    /// Writes payloads one after another.
    ///
    /// - Returns: Where each of them is; they die unless ``settle(_:)`` counts them.
    func write(_ payloads: [(key: PayloadKey, bytes: Bytes)]) throws -> [FramePlace] {
        guard !payloads.isEmpty else { return [] }
        arena.reset(for: payloads)
        do {
            // The vectors point into the payloads, and none of them may go before the write is over.
            return try withExtendedLifetime(payloads) {
                let (places, writes) = try placed(payloads)
                // Each stays open from its write to its synchronization, or the system might not tell of an error.
                var files: [Int: SegmentFile] = [:]
                for write in writes {
                    let file = try files[write.segment] ?? file(write.segment)
                    files[write.segment] = file
                    try file.write(write.vectors, at: write.offset, disk: disk)
                }
                // I1: before the transaction that names these frames.
                if isDurable { for file in files.values { try file.synchronize(disk) } }
                return places
            }
        } catch {
            ledger.abandon()
            throw error
        }
    }

    /// Ends a group; segments that nobody needs any more are removed.
    ///
    /// - Parameter tally: What the transaction has changed; empty when it failed.
    func settle(_ tally: SegmentTally) {
        for segment in ledger.settle(tally) { shelf.remove(segment) }
    }

    private func placed(_ payloads: [(key: PayloadKey, bytes: Bytes)]) throws -> ([FramePlace], [FrameVectors]) {
        var places: [FramePlace] = []
        places.reserveCapacity(payloads.count)
        var writes: [FrameVectors] = []
        for (key, bytes) in payloads {
            let frame = arena.frame(key, bytes)
            let place = try place(frame.length)
            if writes.last?.isFollowed(by: place) != true {
                writes.append(FrameVectors(segment: place.segment, offset: place.offset))
            }
            writes[writes.count - 1].append(frame)
            places.append(
                FramePlace(
                    segment: place.segment, offset: place.offset, length: frame.length, checksum: frame.checksum))
        }
        return (places, writes)
    }

    private func place(_ length: Int) throws -> (segment: Int, offset: Int) {
        if let place = ledger.place(length) { return place }
        let number = ledger.nextNumber
        let size = max(length, ledger.segmentBytes)
        try shelf.make(number, size: size, disk: disk, isDurable: isDurable)
        return ledger.add(number, size: size, placing: length)
    }

    private func file(_ segment: Int) throws -> SegmentFile {
        guard let file = try shelf.segment(segment) else {
            throw CartloadError(.storeDamaged, "segment \(segment) is not there")
        }
        return file
    }
}
