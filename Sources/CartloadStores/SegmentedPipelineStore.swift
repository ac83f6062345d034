// SPDX-License-Identifier: Apache-2.0

public import CartloadCompute
public import CartloadCore
internal import SQLiteDatabase
internal import Synchronization

/// Keeps pipelines in a folder: what is known of them in SQLite, their payloads in segments that are used again.
///
/// One process has a folder at a time. Commits that wait are made durable together by one thread. A payload is read from any
/// thread; what is read while it is released is right or missing, never something else.
public final class SegmentedPipelineStore: PipelineStore {
    /// What there is between ``load()`` and ``close()``.
    private struct Running {
        var places: PlaceReader
        var frames: FrameReader
        var thread: SystemThread
    }

    private enum Phase {
        case opened(FolderLock, Database)
        case running(FolderLock, Running)
        case closed
    }

    private let folder: String
    private let options: SegmentedStoreOptions
    private let disk: any StoreDisk
    private let queue: CommitQueue
    private let phase: Mutex<Phase>

    /// Opens a store, and makes the folder when it is not there.
    ///
    /// - Throws: `store.in-use`, `store.newer-version`, `store.folder`, `store.damaged`, or what SQLite has to say.
    public convenience init(folder: String, options: SegmentedStoreOptions = SegmentedStoreOptions()) throws {
        try self.init(folder: folder, options: options, disk: SystemDisk())
    }

    package init(folder: String, options: SegmentedStoreOptions, disk: any StoreDisk) throws {
        self.folder = folder
        self.options = options
        self.disk = disk
        queue = CommitQueue(options: options)
        try StoreFolder.make(folder)
        let lock = try FolderLock(folder: folder)
        let names = try StoreFolder.names(folder)
        // Opening would take the segments for ones that nobody needs.
        if !names.contains("state.db"), names.contains(where: { $0.hasSuffix(".segment") }) {
            throw CartloadError(
                .storeDamaged, "there are segments but no state.db", at: Location(source: folder),
                advice: "Put state.db back, or name another folder.")
        }
        let database = try StateSchema.open(folder, durability: options.durability)
        try StoreFolder.synchronize(folder)
        phase = Mutex(.opened(lock, database))
    }

    deinit { close() }

    /// Everything that is stored; once.
    public func load() throws -> [StoredPipeline] {
        try phase.withLock { phase in
            guard case .opened(let lock, let database) = phase else { throw notOpen }
            let loading = try StateLoading(database)
            let shelf = SegmentShelf(folder: folder)
            let ledger = try ledger(loading, shelf)
            let committer = Committer(
                queue: queue, frames: FrameWriter(shelf: shelf, ledger: ledger, disk: disk, options: options),
                state: try StateWriter(database, disk: disk), policy: GatherPolicy(longest: options.gatherTime))
            let places = try PlaceReader(folder: folder)
            let thread = try thread {
                committer.run()
                withExtendedLifetime(lock) {}
            }
            phase = .running(lock, Running(places: places, frames: FrameReader(shelf: shelf), thread: thread))
            return loading.pipelines
        }
    }

    private func thread(_ run: @escaping @Sendable () -> Void) throws -> SystemThread {
        do {
            return try SystemThread(run)
        } catch {
            throw CartloadError(
                .storeFolder, "the store has no thread to write with", advice: "Allow more threads.", cause: error)
        }
    }

    public func commit(_ changes: [StoreChange], whenDurable: @escaping @Sendable ((any Error)?) -> Void) {
        let isTaken = queue.put(PendingCommit(changes, whenDurable: whenDurable))
        if !isTaken { whenDurable(notOpen) }
    }

    /// The bytes of a payload.
    ///
    /// - Throws: `compute.payload-missing`, `store.damaged` when its checksum is wrong, `store.read-failed`, `store.closed`.
    public func read(_ key: PayloadKey) throws -> Bytes {
        let running: Running = try phase.withLock { phase in
            guard case .running(_, let running) = phase else { throw notOpen }
            return running
        }
        var found = try running.places.place(key)
        while let place = found {
            if let bytes = try running.frames.read(key, at: place) { return bytes }
            // Released and written over since, or damaged: the tables know.
            found = try running.places.place(key)
            guard found == place else { continue }
            throw CartloadError(
                .storeDamaged, "the \(key.kind) of chunk \(key.sequence) of \(key.pipeline) is not what was written",
                at: Location(source: "\(folder)/\(place.segment).segment", byte: place.offset),
                advice: "Look for a failing disk, and restore a backup.")
        }
        throw CartloadError(.payloadMissing, "there is no \(key.kind) of chunk \(key.sequence) of \(key.pipeline)")
    }

    /// Ends the store when everything committed is durable. Not from a callback of ``commit(_:whenDurable:)``.
    public func close() {
        queue.close()
        let last = phase.withLock { phase in
            defer { phase = .closed }
            return phase
        }
        switch last {
        case .running(_, let running): running.thread.join()
        case .opened:  // what was committed before it was loaded never will be durable
            while let group = queue.take(GatherPolicy.Wish(commits: 1, patience: .zero)) {
                for commit in group { commit.whenDurable(notOpen) }
            }
        case .closed: break
        }
    }

    private var notOpen: CartloadError {
        CartloadError(.storeClosed, "the store is not open", at: Location(source: folder))
    }

    /// Counts what lives in the segments, and removes those that nobody needs.
    private func ledger(_ loading: StateLoading, _ shelf: SegmentShelf) throws -> SegmentLedger {
        var ledger = SegmentLedger(segmentBytes: options.segmentBytes, keptSegments: options.keptSegments)
        let stored = try shelf.stored()
        for number in stored {
            let file = try shelf.open(number)
            ledger.found(number, size: file.size, live: loading.segments[number]?.live ?? 0)
        }
        if let missing = Set(loading.segments.keys).subtracting(stored).min() {
            throw CartloadError(.storeDamaged, "segment \(missing) is not there", at: Location(source: folder))
        }
        // The one with the most room; behind its last payload there is nothing that anybody needs.
        let roomiest = loading.segments.min { ($0.value.end, $0.key) < ($1.value.end, $1.key) }
        if let roomiest { ledger.resume(roomiest.key, at: roomiest.value.end) }
        for number in ledger.settle(SegmentTally()) { shelf.remove(number) }
        return ledger
    }
}
