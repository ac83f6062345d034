// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Synchronization

/// A link at work: what it holds and where it is between transfers.
///
/// `start`, then any number of transfers, then `flush` and `shutdown`. A transfer pulls all inlets, processes, divides, and
/// brings each batch to all outlets; only when they have everything durably do the inlets' positions move on (I1).
public final class ActiveLink: Sendable {
    public let link: Link
    /// What all transfers have done so far.
    public let meter: RunMeter
    private let store: any CheckpointStore
    private let options: EngineOptions

    private struct State {
        var isActive = false
        /// Whether it is known where the link is.
        var isOpen = false
        /// Whether a transfer of a plain link was begun.
        var hasCopied = false
        var rest = ReleaseRest()
        var claim: CheckpointClaim?
        var next = 0
        var positions = LinkPositions()
        /// Where the inlets are, which is further than `positions` while a buffer holds records.
        var pulled = LinkPositions()
        var buffer: BufferedRecords?
        var triggers: [LinkBuffer.Trigger: Int] = [:]
        var members: [LinkMember] = []
        var file: BufferFile?
    }

    private let state = Mutex(State())
    /// Transfers of links that have positions or a buffer come one after another.
    private let turn = Turn()

    /// - Parameter store: Where positions are kept; by default only in memory, so that inlets begin anew with the program.
    public init(
        _ link: Link, store: any CheckpointStore = MemoryCheckpointStore(), options: EngineOptions = EngineOptions(),
        meter: RunMeter? = nil
    ) {
        self.link = link
        self.store = store
        self.options = options
        self.meter = meter ?? RunMeter(flow: link.name)
    }

    public var isActive: Bool { state.withLock { $0.isActive } }

    /// How often each limit of the buffer let records go.
    public var triggers: [LinkBuffer.Trigger: Int] { state.withLock { $0.triggers } }

    /// What the buffer holds now.
    public var held: LinkBuffer.Held { state.withLock { $0.buffer?.held ?? LinkBuffer.Held() } }

    /// When the buffer lets something go although nothing comes, on the clock of the options; later after failures.
    public var wakeTime: Duration? {
        state.withLock { state in
            guard state.isActive else { return nil }
            // What a file holds may have been due long ago.
            guard state.isOpen else { return link.buffer?.file == nil ? nil : options.clock.now() }
            guard let time = state.buffer?.wakeTime else { return nil }
            return state.rest.earliest(time)
        }
    }

    // MARK: Beginning and end

    /// Makes ready: claims the link's checkpoints, finds where it is, and starts inlets and outlets in that order.
    ///
    /// - Parameter opens: Whether that is done now; else the first transfer finds where the link is, for one that follows
    ///   another of the same name which still runs.
    /// - Throws: What stands in the way; those that were started are shut down again.
    public func start(opens: Bool = true) async throws {
        guard !isActive else { return }
        try link.checkNames()
        var started: [Lifecycle] = []
        do {
            if opens { try await open() }
            for lifecycle in lifecycles {
                try await lifecycle.start()
                started.append(lifecycle)
            }
            state.withLock { $0.isActive = true }
        } catch {
            for lifecycle in started.reversed() { await lifecycle.shutdown() }
            state.withLock { state in
                defer { state = State() }
                return state.claim
            }?.release()
            throw error
        }
    }

    /// Claims the checkpoints and finds where the link is, unless that is known.
    private func open() async throws {
        // The streams of a plain link are claimed and found by each run.
        guard link.source == nil, !state.withLock({ $0.isOpen }) else { return }
        let claim = try store.claim("\(link.name)/link")
        do {
            let positions = try await startPositions()
            let file = try link.buffer?.file.map { try BufferFile($0, link: link.name) }
            var buffer = link.buffer.map { BufferedRecords($0, positions) }
            var pulled = positions
            for (number, piece) in try file?.entries(after: positions.buffer) ?? [] {
                buffer?.append(
                    try BufferedRecords.entry(number, piece, link.buffer?.check), at: options.clock.now())
                if let inlets = piece.positions?.inlets { pulled.inlets = inlets }
            }
            let members = link.inlets.allSatisfy(\.isPull) ? try await LinkMember.members(of: link) : []
            state.withLock { [buffer, pulled] state in
                state.isOpen = true
                state.claim = claim
                state.next = max(state.next, positions.transfer + 1)
                state.positions = positions
                state.pulled = pulled
                state.buffer = buffer
                state.members = members
                state.file = file
            }
        } catch {
            claim.release()
            throw error
        }
    }

    private var lifecycles: [Lifecycle] { link.inlets.compactMap(\.lifecycle) + link.outlets.compactMap(\.lifecycle) }

    private func startPositions() async throws -> LinkPositions {
        guard link.source == nil else { return LinkPositions() }
        let run = streamRun(LinkStream(link, [], transfer: nil, options: options), link)
        if options.isFresh { try await run.forget() }
        return try LinkPositions(try await run.resumption().checkpoint, link: link.name)
    }

    /// Brings what the buffer holds to the outlets, whatever its limits say.
    public func flush() async throws {
        guard isActive, link.buffer != nil else { return }
        try await turn.take { try await self.release(flushes: true, self.number(nil)) }
    }

    /// Forgets where it is.
    func forget() async throws {
        try await turn.take {
            try await self.streamRun(
                LinkStream(self.link, [], transfer: nil, options: self.options), self.link
            ).forget()
        }
    }

    /// Ends it: outlets are shut down before inlets, and nothing is pushed any more.
    public func shutdown() async {
        let claim = state.withLock { state -> CheckpointClaim?? in
            guard state.isActive else { return nil }
            state.isActive = false
            state.isOpen = false
            return .some(state.claim.take())
        }
        guard let claim else { return }
        for lifecycle in lifecycles.reversed() { await lifecycle.shutdown() }
        claim?.release()
    }

    // MARK: Transfers

    /// Brings what is new to the outlets.
    ///
    /// - Parameter number: The number of the transfer; nil for the one after the last. It is used up even when it fails.
    /// - Throws: The first error that no policy takes care of; what was not committed comes again with the next transfer, as
    ///   far as inlets have positions.
    public func transfer(_ number: Int? = nil) async throws {
        guard isActive else {
            throw CartloadError(
                .linkInactive, "the link \"\(link.name)\" is not started, or was shut down", advice: "Start it first.")
        }
        if link.source != nil {
            _ = self.number(number)
            return try await turn.take { try await self.copy() }
        }
        if !state.withLock({ $0.isOpen }) { try await turn.take { try await self.open() } }
        let number = self.number(number)
        if link.buffer != nil {
            return try await turn.take {
                try await self.fill(number)
                try await self.release(flushes: false, number)
            }
        }
        let isSerial =
            !link.outlets.allSatisfy(\.isPush)
            || state.withLock { !$0.positions.inlets.isEmpty || $0.members.isEmpty }
        if isSerial { try await turn.take { try await self.pass(number) } } else { try await pass(number) }
    }

    /// Lets the buffer's records go whose time has come.
    ///
    /// - Parameter number: As in ``transfer(_:)``.
    public func wake(_ number: Int? = nil) async throws {
        guard isActive, link.buffer != nil else { return }
        try await turn.take {
            try await self.open()
            try await self.release(flushes: false, self.number(number))
        }
    }

    private func number(_ given: Int?) -> Int {
        state.withLock { state in
            let number = max(given ?? state.next, 0)
            state.next = max(state.next, number + 1)
            return number
        }
    }

    /// A transfer of a plain link: each of its streams by itself. Earlier checkpoints are forgotten only once.
    private func copy() async throws {
        var options = options
        options.isFresh = state.withLock { state in
            defer { state.hasCopied = true }
            return options.isFresh && !state.hasCopied
        }
        try await FlowRun(link, store: store, options: options, meter: meter).run()
    }

    /// A transfer without a buffer.
    private func pass(_ number: Int) async throws {
        let (positions, known) = state.withLock { ($0.positions, $0.members) }
        let members = known.isEmpty ? try await LinkMember.members(of: link) : known
        let update = Update(link.name, tags: link.tags, transfer: number)
        let intake = LinkIntake(link: link, members: members, update: update, options: options, meter: meter)
        let pulls = try await intake.pull(since: positions)
        let link = pushing(update)
        if !known.isEmpty, pulls.values.allSatisfy(\.isEmpty) { return try await pushNothing(link) }
        try await deliver(
            LinkStream(link, members, transfer: number, options: options, meter: meter, pulls: pulls), link)
    }

    /// An empty transfer reaches outlets that are closures, unless a batcher makes no batch of it.
    private func pushNothing(_ link: Link) async throws {
        guard link.batchers.isEmpty else { return }
        for outlet in link.outlets {
            guard let destination = outlet.destination as? PushDestination else { continue }
            do { try await destination.push(RecordBatch(.rows(Rows([])))) } catch is UndeliveredBatch {
                meter.update { $0[destination: outlet.name].batchesFailed += 1 }
            }
        }
    }

    /// Adds what is new to the buffer.
    private func fill(_ number: Int) async throws {
        let members = try await LinkMember.members(of: link)
        let update = Update(link.name, tags: link.tags, transfer: number)
        let intake = LinkIntake(link: link, members: members, update: update, options: options, meter: meter)
        let start = state.withLock { $0.pulled }
        let pulls = try await intake.pull(since: start)
        let filling = Mutex(BufferFilling(pulled: start))
        let isDurable = link.buffer?.file != nil
        _ = try await intake.run(since: start, pulls: pulls) { piece in
            let isPlace = filling.withLock { $0.add(piece) }
            // A large source does not have to fit. What is kept in a file ends where the inlets can go on, so that a crash
            // repeats nothing of it.
            guard !isDurable || isPlace else { return }
            try await self.hold(filling.withLock { $0.take() }, number)
        }
        try await hold(filling.withLock { $0.take() }, number)
    }

    private func hold(_ filling: BufferFilling, _ number: Int) async throws {
        let now = options.clock.now()
        try state.withLock { state in
            guard var buffer = state.buffer else { return }
            var entries: [BufferedRecords.Entry] = []
            for piece in filling.pieces { entries.append(try buffer.append(piece, at: now)) }
            try state.file?.append(entries)
            state.buffer = buffer
            state.pulled = filling.pulled
        }
        if held.bytes >= link.buffer?.maximumBytes ?? .max { try await release(flushes: false, number) }
    }

    /// Brings what the buffer lets go to the outlets.
    private func release(flushes: Bool, _ number: Int) async throws {
        let now = options.clock.now()
        let releases = state.withLock { $0.buffer?.due(at: now, flushes: flushes) ?? [] }
        guard !releases.isEmpty else { return }
        let link = pushing(Update(link.name, tags: link.tags, transfer: number))
        do {
            try await deliver(
                LinkStream(link, [], transfer: number, options: options, meter: meter, released: releases), link)
        } catch {
            // What failed is not tried again and again while nothing else happens.
            state.withLock { $0.rest.fail(at: options.clock.now(), random: options.clock.random()) }
            throw error
        }
        let (file, through) = state.withLock { state in
            state.buffer?.remove(releases)
            for release in releases { state.triggers[release.trigger, default: 0] += 1 }
            state.rest = ReleaseRest()
            return (state.file, state.positions.buffer)
        }
        try file?.remove(through: through)
    }

    /// Runs the engine over what a transfer brings.
    private func deliver(_ stream: LinkStream, _ link: Link) async throws {
        let run = streamRun(stream, link)
        let rejects = try await FlowRun.rejectFile(of: [run], link.errorPolicy)
        do { try await run.run(rejects) } catch {
            // A part may be durable, behind which inlets go on.
            if let positions = try? await reached(run) { note(positions) }
            throw error
        }
        note(try await reached(run))
    }

    private func reached(_ run: StreamRun) async throws -> LinkPositions {
        try LinkPositions(try await run.resumption().checkpoint, link: link.name)
    }

    private func note(_ positions: LinkPositions) {
        state.withLock { state in
            state.positions = positions
            if state.buffer == nil { state.pulled = positions }
        }
    }

    private func streamRun(_ stream: LinkStream, _ link: Link) -> StreamRun {
        StreamRun(
            link: link, stream: stream, checkpointID: FlowRun.checkpointID(of: stream, in: link), store: store,
            options: options, meter: meter)
    }

    /// The link with outlets that know which transfer it is.
    private func pushing(_ update: Update) -> Link {
        var link = link
        for index in link.outlets.indices {
            guard var destination = link.outlets[index].destination as? PushDestination else { continue }
            destination.update = update
            destination.clock = options.clock
            link.outlets[index].destination = destination
        }
        return link
    }
}

extension CartloadError.Code {
    /// A transfer was asked of a link that is not active.
    public static let linkInactive = CartloadError.Code("link.inactive")
}
