// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension PipelineMachine {
    /// Closes it: no more chunks, the others run to their end. Closing a closed one again changes nothing.
    mutating func close(now: Moment, _ changes: inout [StoreChange]) throws(PipelineRefusal) {
        guard !state.isTerminal else { throw .notChangeable(state) }
        // Stored once more: whoever closed it before may not know yet that the store failed (I1).
        guard state.isOpen else { return changes.append(.pipeline(record)) }
        enter(.closed, now, &changes)
    }

    /// Cancels it and discards what is in its buffers.
    ///
    /// - Parameter keepsCompleted: Whether finished results stay and can be pulled.
    mutating func cancel(keepsCompleted: Bool, now: Moment, _ changes: inout [StoreChange]) throws(PipelineRefusal) {
        // What the store could not take can be asked for again.
        if state == .cancelled, unsaved.hasRecord { return save(&changes) }
        guard !state.isTerminal else { throw .notChangeable(state) }
        var dropped: [Int] = []
        for sequence in 0..<chunks.count {
            switch chunks.phase(sequence) {
            case .queued, .running: dropped.append(sequence)
            case .storing, .available, .leased: if !keepsCompleted { dropped.append(sequence) }
            // What is under way to the store or out of it comes to its end.
            case .accepting, .delivering, .delivered, .dropped, .void: continue
            }
        }
        if !keepsCompleted {
            results.removeAll()
            leases.removeAll()
        }
        drop(dropped, &changes)
        enter(.cancelled, now, &changes)
    }

    /// Chunks that became durable after their pipeline was cancelled.
    mutating func dropLate(_ sequences: [Int], _ changes: inout [StoreChange]) {
        drop(sequences.filter { chunks.phase($0) == .queued }, &changes)
    }

    /// Drops chunks, and with them all that wait.
    private mutating func drop(_ sequences: [Int], _ changes: inout [StoreChange]) {
        guard !sequences.isEmpty else { return }
        for sequence in sequences { chunks.drop(sequence) }
        _ = queue.removeAll()
        changes.append(.released(pipeline: definition.id, sequences: sequences, .dropped))
    }

    /// The store could not take a change that stands all the same; it is saved with a later one.
    mutating func unsaved(_ change: StoreChange) { unsaved.add(change) }

    private mutating func save(_ changes: inout [StoreChange]) {
        guard !unsaved.isEmpty else { return }
        let record = record
        changes += unsaved.take(record)
    }

    /// Completes a closed pipeline whose chunks are all processed, pulled or not.
    mutating func settle(_ now: Moment, _ changes: inout [StoreChange]) {
        guard state == .closed || state == .closedByTimeout, chunks.unfinished == 0 else { return }
        if tally.hasFailed(beyond: definition.configuration.acceptableErrorPercentage) {
            return enter(.failed, now, &changes)
        }
        enter(state == .closed ? .completed : .completedByTimeout, now, &changes)
    }

    /// Whether nothing goes on any more, unless somebody pulls or brings the service back.
    private var isStuck: Bool {
        if chunks.unfinished == 0 { return true }
        return running == 0 && chunks.unfinished == queue.count && (service == nil || isOutputFull)
    }

    /// Whether ``tick(now:_:)`` would do anything: cheap, because it is asked of every pipeline several times a second.
    func isDue(_ now: Moment) -> Bool {
        if !unsaved.isEmpty || workers.isDue(at: now.monotonic) || leases.isDue(at: now.monotonic) { return true }
        if state.isOpen { return now.monotonic - lastActivity >= limits.idleTimeout }
        if let endedAt { return now.wall - limits.retention >= endedAt }
        return chunks.unfinished == 0 || now.monotonic - lastActivity >= limits.retention
    }

    /// What time alone does: leases end, idle pipelines are closed, and those that wait in vain are completed.
    ///
    /// - Returns: Whether the pipeline is to be forgotten.
    mutating func tick(now: Moment, _ changes: inout [StoreChange]) -> Bool {
        workers.resume(at: now.monotonic)
        putBack(leases.expire(at: now.monotonic))
        let rest = now.monotonic - lastActivity
        if state.isOpen, isStuck, rest >= limits.idleTimeout { enter(.closedByTimeout, now, &changes) }
        // Also after a restart, or a push that failed while it was closed.
        settle(now, &changes)
        if !state.isOpen, !state.isTerminal, isStuck, rest >= limits.retention {
            // What has waited in vain is dropped, what is finished stays.
            drop(queue.removeAll(), &changes)
            enter(.completedByTimeout, now, &changes)
        }
        save(&changes)
        guard state.isTerminal, let endedAt, running == 0 else { return false }
        return now.wall - limits.retention >= endedAt
    }
}
