// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Synchronization

/// Brings in what is new in the inlets of a link, processed, in the order of the inlets.
///
/// Several inlets are read at once, each at most a few blocks ahead (I7); the records of one come after those of all before it.
struct LinkIntake: Sendable {
    let link: Link
    let members: [LinkMember]
    let update: Update
    let options: EngineOptions
    let meter: RunMeter

    /// Some records that have been processed.
    struct Piece: Sendable {
        var batch: RecordBatch?
        var recordsRead = 0
        var recordsDropped = 0
        var bytesRead = 0
        var diagnostics = Diagnostics()
        /// Where the inlets are after it, if they can go on from there.
        var positions: LinkPositions?
        /// Whether it came from an inlet that remembers nothing, and could not bring it again.
        var isPlaceless = false
        /// The buffer's entry that it is of, when it is the last of that, or else how many records of that have gone with it.
        var entry: (number: Int, gone: Int?)?
    }

    /// How many blocks of an inlet that is not yet its turn are held (I7).
    private static let blocksAhead = 2

    private struct Raw: Sendable {
        let element: BatchOutput.Element
        let member: Int
        var metadata = JSONObject()
        /// Whether the inlet, which remembers nothing, leaves it to the others where the link goes on.
        var isPlaceless = false
    }

    private struct Block: Sendable {
        let raw: Raw
        let positions: LinkPositions?
    }

    /// Pulls every inlet that is no stream, several at once.
    ///
    /// - Returns: What each found, by the index of the member; without an entry for streams.
    func pull(since positions: LinkPositions) async throws -> [Int: Pull] {
        let pulled = members.indices.filter { members[$0].isPull }
        // The usual case needs no tasks.
        if pulled.count == 1 { return [pulled[0]: try await pull(pulled[0], positions)] }
        return try await withThrowingTaskGroup(of: (Int, Pull).self) { group in
            var results: [Int: Pull] = [:]
            for (begun, index) in pulled.enumerated() {
                if begun >= max(1, link.inletConcurrency), let (index, pull) = try await group.next() {
                    results[index] = pull
                }
                group.addTask { (index, try await self.pull(index, positions)) }
            }
            for try await (index, pull) in group { results[index] = pull }
            return results
        }
    }

    private func pull(_ index: Int, _ positions: LinkPositions) async throws -> Pull {
        let member = members[index]
        guard case .pull(let pull) = member.origin else { return .none }
        do {
            return try await member.inlet.onFailure.attempt(options.clock) {
                try await pull(update, positions.inlets[member.name])
            }
        } catch {
            return try skipped(member, error) ?? .none
        }
    }

    /// Nothing, where an inlet that fails shall bring nothing.
    private func skipped(_ member: LinkMember, _ error: any Error) throws -> Pull? {
        guard member.inlet.onFailure.last != .fail, !(error is CancellationError) else {
            throw (error as? CartloadError)
                ?? CartloadError(
                    .inletFailed, "the inlet \"\(member.inlet.name)\" failed: \(error)")
        }
        meter.update { $0.warnings[.stageSkipped, default: 0] += 1 }
        return nil
    }

    /// Reads everything that is new.
    ///
    /// - Parameters:
    ///   - pulls: What inlets that are no streams have found already.
    ///   - deliver: Called for one piece at a time, in order.
    /// - Returns: Whether everything was read; false after a stop.
    func run(
        since start: LinkPositions, pulls: [Int: Pull],
        deliver: @escaping @Sendable (Piece) async throws -> Void
    ) async throws -> Bool {
        if members.allSatisfy(\.isPull) {
            var positions = start
            for index in members.indices {
                for raw in raws(pulls[index] ?? .none, of: index) {
                    try await deliver(work(block(raw, &positions)))
                }
            }
            return true
        }
        let stage = OrderedStage<Block, Piece>(limit: options.blocksInFlight)
        let isComplete = Atomic(false)
        try await stage.run(workers: options.workers, stop: StopRequest()) {
            isComplete.store(
                try await read(since: start, pulls) { try await stage.submit($0) }, ordering: .relaxed)
        } working: {
            try work($0)
        } writing: {
            while let piece = try await stage.next() {
                try await deliver(piece)
                stage.release()
            }
        }
        return isComplete.load(ordering: .relaxed)
    }

    /// The elements of a pull, as a stream would give them.
    private func raws(_ pull: Pull, of index: Int) -> [Raw] {
        var raws = pull.parts.filter { $0.batch.count != 0 }.map { part in
            Raw(
                element: .records(
                    part.batch, bytesRead: part.batch.byteCount, checkpoint: nil, diagnostics: Diagnostics()),
                member: index, metadata: part.metadata, isPlaceless: pull.position == nil)
        }
        if let position = pull.position {
            raws.append(Raw(element: .closed(.whole, checkpoint: position), member: index))
        }
        return raws
    }

    private func block(_ raw: Raw, _ positions: inout LinkPositions) -> Block {
        if let checkpoint = raw.element.checkpoint {
            positions.inlets[members[raw.member].name] = checkpoint
            return Block(raw: raw, positions: positions)
        }
        return Block(raw: raw, positions: raw.isPlaceless ? positions : nil)
    }

    // MARK: Reading

    private typealias Channel = BoundedChannel<Raw>

    /// Reads several members at once and delivers their elements in order.
    private func read(
        since start: LinkPositions, _ pulls: [Int: Pull], deliver: (Block) async throws -> Void
    ) async throws -> Bool {
        var positions = start
        var reading: [(channel: Channel, task: Task<Bool, any Error>)] = []
        var begun = 0
        defer {
            for (channel, task) in reading {
                channel.finish()
                task.cancel()
            }
        }
        for _ in members.indices {
            while begun < members.count, reading.count < max(1, link.inletConcurrency) {
                reading.append(begin(begun, since: start, pulls))
                begun += 1
            }
            let (channel, task) = reading[0]
            while let raw = try await channel.next() { try await deliver(block(raw, &positions)) }
            guard try await task.value else { return false }
            reading.removeFirst()
        }
        return true
    }

    private func begin(
        _ index: Int, since start: LinkPositions, _ pulls: [Int: Pull]
    ) -> (channel: Channel, task: Task<Bool, any Error>) {
        let member = members[index]
        let channel = Channel(capacity: LinkIntake.blocksAhead)
        let task = Task {
            do {
                let isComplete = try await ThreadExecutor.run {
                    guard let stream = member.stream else {
                        for raw in raws(pulls[index] ?? .none, of: index) { try await channel.send(raw) }
                        return true
                    }
                    return try await read(stream, index, from: start.inlets[member.name]) {
                        try await channel.send(Raw(element: $0, member: index))
                    }
                }
                channel.finish()
                return isComplete
            } catch {
                do {
                    _ = try skipped(member, error)
                    channel.finish()
                    return true
                } catch {
                    channel.finish(throwing: error)
                    throw error
                }
            }
        }
        return (channel, task)
    }

    private func read(
        _ stream: any Stream, _ index: Int, from checkpoint: Checkpoint?,
        deliver: (BatchOutput.Element) async throws -> Void
    ) async throws -> Bool {
        let end = StreamEnd()
        let plan = try await ReadingPlan(
            stream, since: checkpoint, options, link.batchFailures, keepsOrder: true, meter)
        guard try await plan.read(to: end, deliver) else { return false }
        if let checkpoint = end.checkpoint { try await deliver(.closed(.whole, checkpoint: checkpoint)) }
        return true
    }

    // MARK: Processing

    private func work(_ block: Block) throws -> Piece {
        var piece = Piece(positions: block.positions, isPlaceless: block.raw.isPlaceless)
        guard case .records(var batch, let bytesRead, _, let diagnostics) = block.raw.element else { return piece }
        piece.diagnostics = diagnostics
        piece.bytesRead = bytesRead
        let earlier = diagnostics.rejects.count
        if let field = link.metadataField {
            batch = try batch.opened(&piece.diagnostics).adding(
                JSONObject([(field, .object(metadata(of: block.raw)))]), &piece.diagnostics)
        }
        let (processed, recordsRead) = try link.processors.process(opening: batch, &piece.diagnostics)
        piece.batch = processed
        piece.recordsRead = recordsRead + earlier
        piece.recordsDropped = piece.recordsRead - (processed.count ?? 0) - piece.diagnostics.rejects.count
        return piece
    }

    /// The link's own word on where a record comes from cannot be replaced.
    private func metadata(of raw: Raw) -> JSONObject {
        let inlet = members[raw.member].inlet
        var all = inlet.metadata
        for (name, value) in raw.metadata.members { all[name] = value }
        all["inlet"] = .string(inlet.name)
        return all
    }
}

extension CartloadError.Code {
    /// An inlet of a link failed.
    public static let inletFailed = CartloadError.Code("link.inlet-failed")
}
