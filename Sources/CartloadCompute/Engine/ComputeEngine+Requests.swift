// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Synchronization

extension ComputeEngine {
    /// How many requests to create are remembered (I7).
    private static let rememberedCreations = 4096

    /// Opens a pipeline.
    ///
    /// - Parameter requestID: What the client calls the request; the same again from the same user finds what it created.
    /// - Throws: ``PipelineRefusal``; `CartloadError` with code `compute.unknown-output`.
    public func create(_ request: PipelineRequest, by caller: Caller, requestID: String? = nil) async throws
        -> PipelineSnapshot
    {
        let moment = clock.moment
        guard let service = service(request.service, at: moment.wall) else {
            throw PipelineRefusal.unknownService(request.service.text)
        }
        let selection = try OutputSelection(outputs: request.outputs, subservices: request.subservices, of: service)
        let definition = PipelineDefinition(
            id: makeID(), tenant: caller.tenant, user: caller.user, serviceID: service.serviceID,
            versionID: service.versionID, serviceURI: service.uri, configuration: request.configuration,
            correlationID: request.correlationID, sourceSystem: request.sourceSystem,
            callPurpose: request.callPurpose, recordKeys: request.recordKeys, outputs: request.outputs,
            subservices: request.subservices, createdAt: moment.wall)
        let repeatKey = requestID.map { PipelineCreation(caller: caller, requestID: $0, request: request) }
        let limits = options.pipeline
        let created = try await perform({ state, changes in
            if let repeatKey, let id = state.creations[repeatKey], let known = state.pipelines[id] {
                return known.snapshot
            }
            let use = state.use(of: caller.tenant)
            guard use.pipelines < use.limits.pipelines else {
                throw PipelineRefusal.tooManyPipelines(limit: use.limits.pipelines)
            }
            let machine = PipelineMachine(
                definition, service: service, selection: selection, limits: limits, now: moment)
            state.add(machine)
            state.totals.pipelinesCreated += 1
            changes.append(.pipeline(machine.record))
            if let repeatKey {
                state.creations[repeatKey] = definition.id
                state.creationOrder.append(repeatKey)
                while state.creationOrder.count > ComputeEngine.rememberedCreations {
                    if let old = state.creationOrder.popFirst() { state.creations[old] = nil }
                }
            }
            return machine.snapshot
        }) { state, snapshot, isDurable, _ in
            if !isDurable, snapshot.definition.id == definition.id { state.forgetCreation(definition.id, repeatKey) }
        }
        // The request that it repeats may have failed meanwhile.
        guard created.definition.id == definition.id || read({ $0.pipelines[created.definition.id] != nil }) else {
            throw PipelineRefusal.storeFailed("an earlier request to create it failed")
        }
        return created
    }

    /// What a locator names; a version that is not in force yet only where the locator names the version.
    private func service(_ locator: ServiceLocator, at now: Instant) -> Service? {
        guard let found = catalogue.find(locator) else { return nil }
        guard case .service(let text, at: nil) = locator, found.activeSince > now else { return found }
        return catalogue.find(.service(text, at: now))
    }

    /// Takes chunks in and returns when they survive `kill -9` (I1).
    ///
    /// Chunks with an id and data that were pushed before change nothing. A chunk without an id gets one: the same for the
    /// same data under the same request id, so that a repeated request brings nothing twice.
    ///
    /// - Throws: ``PipelineRefusal``; `CartloadError` of ``PushBody``.
    public func push(_ body: Bytes, to id: String, by caller: Caller, requestID: String? = nil) async throws
        -> PipelineSnapshot
    {
        let (pipelineState, service, keys) = try read { state in
            let machine = try state.pipeline(id, caller)
            return (machine.state, machine.service, machine.definition.recordKeys)
        }
        guard pipelineState.isOpen else { throw refused(.notOpen(pipelineState)) }
        let chunks = try PushBody(body).chunks.enumerated().map { index, chunk in
            var chunk = chunk
            if let service {
                do {
                    try service.check(chunk, keys: keys)
                } catch let error as CartloadError {
                    throw error.located(Location(source: "chunk \(index + 1)"))
                }
            }
            let digest = chunk.digest
            if chunk.id.isEmpty {
                chunk.id =
                    requestID.map { UniqueID.derived(from: [Bytes(id), Bytes($0), Bytes(String(index)), digest]) }
                    ?? makeID()
            }
            return (chunk: chunk, digest: digest)
        }
        let clock = clock
        let (new, repeated) = try await perform({ state, changes in
            let use = state.use(of: caller.tenant)
            return try state.update(id) { machine throws(PipelineRefusal) in
                try machine.accept(chunks, tenantRoom: use.limits.inputBytes - use.inputUsed, &changes)
            }
        }) { state, chunks, isDurable, changes in
            state.accepted(chunks, of: id, isDurable: isDurable, now: clock.moment, &changes)
        }
        wake(new.count)
        return try read { state in
            guard let machine = state.pipelines[id] else { throw PipelineRefusal.unknownPipeline }
            guard machine.areKept(repeated) else {
                throw PipelineRefusal.storeFailed("an earlier push of a chunk failed")
            }
            return machine.snapshot
        }
    }

    /// Hands out results, oldest first.
    ///
    /// - Parameters:
    ///   - limit: How many chunks at most.
    ///   - lease: For how long they are only lent, until ``acknowledge(lease:of:by:)``; nil to give them away at once.
    ///   - wait: How long to wait until there is one; it ends early when none can come any more.
    /// - Throws: ``PipelineRefusal``.
    public func pull(
        from id: String, atMost limit: Int, lease: Duration? = nil, wait: Duration? = nil, by caller: Caller
    ) async throws -> PulledChunks {
        try read { state in try state.check(id, caller) }
        if let wait {
            await waitForChange(of: id, atMost: wait) { machine in
                machine.hasResults || machine.state.isTerminal
            }
        }
        let moment = clock.moment
        let pullBytes = options.pullBytes
        let leaseID = lease == nil ? nil : makeID()
        let taken = try state.withLock { state -> [ChunkSlot.Taken] in
            if state.isStopping { throw PipelineRefusal.stopping }
            return try state.update(id) { machine throws(PipelineRefusal) in
                try machine.take(atMost: limit, bytes: pullBytes, now: moment).map { sequence in
                    ChunkSlot.Taken(
                        sequence: sequence, id: machine.slots[sequence].id, output: machine.output(sequence))
                }
            }
        }
        if taken.isEmpty {
            return PulledChunks(results: [], ids: [], lease: nil, status: try status(of: id, by: caller))
        }
        let sequences = taken.map(\.sequence)
        let results: [Bytes]
        do {
            results = try await outputs(taken, of: id)
            // Nobody would get them.
            try Task.checkCancellation()
        } catch {
            putBack(sequences, of: id)
            throw error is CancellationError ? error : PipelineRefusal.storeFailed(String(describing: error))
        }
        if let lease, let leaseID {
            try state.withLock { state in
                try state.update(id) { machine throws(PipelineRefusal) in
                    machine.lease(sequences, as: leaseID, until: moment.monotonic + lease)
                }
            }
        } else {
            try await deliver(sequences, of: id)
        }
        return PulledChunks(
            results: results, ids: taken.map(\.id), lease: leaseID, status: try status(of: id, by: caller))
    }

    private func putBack(_ sequences: [Int], of id: String) {
        state.withLock { state in
            _ = try? state.update(id) { machine throws(PipelineRefusal) in machine.putBack(sequences) }
        }
        resumeWoken()
    }

    private func deliver(_ sequences: [Int], of id: String) async throws {
        _ = try await perform({ state, changes in
            try state.update(id) { machine throws(PipelineRefusal) in machine.release(sequences, &changes) }
            return sequences
        }) { state, sequences, isDurable, _ in state.delivered(sequences, of: id, isDurable: isDurable) }
        // There is room for results again.
        wake(options.workers)
    }

    private func outputs(_ taken: [ChunkSlot.Taken], of id: String) async throws -> [Bytes] {
        if taken.allSatisfy({ $0.output != nil }) { return taken.compactMap(\.output) }
        let store = store
        // Reading blocks.
        return try await withCheckedThrowingContinuation { continuation in
            do {
                try SystemThread.detach {
                    continuation.resume(
                        with: Result {
                            try taken.map { chunk in
                                try chunk.output
                                    ?? store.read(PayloadKey(pipeline: id, sequence: chunk.sequence, kind: .output))
                            }
                        })
                }
            } catch {
                continuation.resume(throwing: PipelineRefusal.storeFailed("there is no thread to read with"))
            }
        }
    }

    /// Gives away what a lease has lent; to say so twice is harmless.
    ///
    /// - Throws: ``PipelineRefusal/unknownLease`` when it is over: its chunks are handed out again.
    public func acknowledge(lease: String, of id: String, by caller: Caller) async throws -> PipelineSnapshot {
        let snapshot = try await acknowledge(id, caller) { machine throws(PipelineRefusal) in
            try machine.endLease(lease)
        }
        state.withLock { state in
            _ = try? state.update(id) { machine throws(PipelineRefusal) in machine.remember(acknowledged: lease) }
        }
        return snapshot
    }

    /// Gives away chunks one by one, by their ids: those that are lent under one of the leases, and those whose lease is
    /// over as long as nobody else has them.
    ///
    /// - Throws: ``PipelineRefusal/chunkLent(_:)`` when one is lent under another lease; then none is given away.
    public func acknowledge(
        chunks: [String], leases: [String] = [], of id: String, by caller: Caller
    ) async throws -> PipelineSnapshot {
        try await acknowledge(id, caller) { machine throws(PipelineRefusal) in
            try machine.acknowledged(chunks, under: leases)
        }
    }

    private func acknowledge(
        _ id: String, _ caller: Caller,
        _ end: @escaping @Sendable (inout PipelineMachine) throws(PipelineRefusal) -> [Int]
    ) async throws -> PipelineSnapshot {
        _ = try await perform({ state, changes in
            try state.check(id, caller)
            return try state.update(id) { machine throws(PipelineRefusal) in
                let sequences = try end(&machine)
                machine.release(sequences, &changes)
                return sequences
            }
        }) { state, sequences, isDurable, _ in state.delivered(sequences, of: id, isDurable: isDurable) }
        wake(options.workers)
        return try status(of: id, by: caller)
    }

    /// Closes a pipeline; the answer is of the moment before it may be completed.
    public func close(_ id: String, by caller: Caller) async throws -> PipelineSnapshot {
        try await end(id, caller) { machine, moment, changes throws(PipelineRefusal) in
            try machine.close(now: moment, &changes)
        }
    }

    /// Cancels a pipeline and discards what is in its buffers.
    public func cancel(_ id: String, keepsCompleted: Bool = false, by caller: Caller) async throws
        -> PipelineSnapshot
    {
        let snapshot = try await end(id, caller) { machine, moment, changes throws(PipelineRefusal) in
            try machine.cancel(keepsCompleted: keepsCompleted, now: moment, &changes)
        }
        // What runs is not wanted any more.
        for run in read({ $0.running(of: id) }) { run.cancel() }
        return snapshot
    }

    private func end(
        _ id: String, _ caller: Caller,
        _ body: @escaping @Sendable (inout PipelineMachine, Moment, inout [StoreChange]) throws(PipelineRefusal) -> Void
    ) async throws -> PipelineSnapshot {
        let moment = clock.moment
        return try await perform { state, changes in
            try state.check(id, caller)
            return try state.update(id) { machine throws(PipelineRefusal) in
                try body(&machine, moment, &changes)
                let snapshot = machine.snapshot
                machine.settle(moment, &changes)
                return snapshot
            }
        }
    }

    private func refused(_ refusal: PipelineRefusal) -> PipelineRefusal {
        state.withLock { $0.totals.refusals += 1 }
        return refusal
    }

    func read<Result>(_ body: (EngineState) throws -> Result) rethrows -> Result {
        try state.withLock { state in try body(state) }
    }
}

extension ServiceLocator {
    var text: String {
        switch self {
        case .version(let id): "version \(id)"
        case .service(let text, _): text
        }
    }
}
