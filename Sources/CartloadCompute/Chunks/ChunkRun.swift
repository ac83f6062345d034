// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Runs the records of a chunk through a service and writes the result.
struct ChunkRun {
    /// How many bytes the records of one call have together, about (I7).
    static let callBytes = 8 << 20
    /// How many different outputs a service without declared ones may give.
    static let maximumOutputs = 4096
    /// Milliseconds that a service may say that a record took; more, or nonsense, counts as this or as nothing.
    static let maximumTime = 1e9

    let service: Service
    let selection: OutputSelection
    /// The inputs that tell records apart.
    let keys: [String]
    let now: @Sendable () -> Duration
    let call: (ServiceCall) throws -> IsolatedOutcome

    /// What one call has brought, in terms of the chunk.
    struct Part {
        var count: Int
        var outputs: Rows
        var problems: [RecordProblem]
        var times: [Double]
    }

    /// - Parameters:
    ///   - id: The chunk's.
    ///   - input: The text of its data, as it was accepted.
    func result(id: String, input: Bytes) throws -> ChunkResult {
        let data = try ChunkData(input)
        let inputs = service.recordInputs(data.parameters, keys: keys)
        var unknown: Set<String> = []
        var parts: [Part] = []
        var outcome = ChunkOutcome(failedCount: 0, computeTime: 0, outputBytes: 0)
        var done = 0
        while done < data.records.count {
            let part = try self.part(
                from: done, of: data.records, inputs, isOpen: service.inputs.isEmpty, unknown: &unknown, &outcome)
            done += part.count
            parts.append(part)
        }
        let aggregates = try self.aggregates(parts, data.summary)
        var isRows = false
        if case .rows = data.records.form { isRows = true }
        var names = selection.names
        if isRows, names == nil { names = try ChunkRun.names(parts) }
        var writer = ChunkResultWriter(isRows: isRows, names: names, capacity: input.count + input.count / 2)
        for part in parts {
            try writer.add(part.count, outputs: part.outputs, problems: part.problems, times: part.times)
        }
        let text = writer.finish(
            id: id, summary: aggregates.table, returnsAllRecords: data.summary?.returnsAllRecords ?? true)
        outcome.outputBytes = text.count
        outcome.aggregates = aggregates.stored
        return ChunkResult(text: text, outcome: outcome, aggregates: aggregates)
    }

    /// - Parameter isOpen: Whether records may have fields that are no inputs, without a word.
    func part(
        from start: Int, of records: RecordArray, _ inputs: [RecordInput], isOpen: Bool, unknown: inout Set<String>,
        _ outcome: inout ChunkOutcome
    ) throws -> Part {
        let (rows, misfits) = try records.merged(
            from: start, atMost: ChunkRun.callBytes, with: inputs, isOpen: isOpen)
        var problems = self.problems(misfits, &unknown)
        if start == 0 { problems = strangers(records, inputs, &unknown) + problems }
        let refused = Set(problems.lazy.filter { $0.severity == .error }.map(\.record))
        let called = (0..<rows.count).filter { !refused.contains($0) }
        let begin = now()
        var outputs = Rows([])
        var times = [Double](repeating: 0, count: rows.count)
        if !called.isEmpty {
            let sent =
                refused.isEmpty
                ? rows : Rows(bytes: rows.bytes, places: Buffer(called.map { rows.places[$0] }), isLineFed: false)
            let answer = try call(ServiceCall(records: sent, timeout: service.limits.chunkTimeout))
            let elapsed = (now() - begin).milliseconds
            outcome.retryCount += answer.retryCount
            outcome.retriedRecordCount += answer.retriedRecordCount
            let share = elapsed / Double(called.count)
            try check(answer.outcome, count: called.count)
            for (position, record) in called.enumerated() {
                let time = answer.outcome.times?[position] ?? share
                times[record] = time > 0 ? min(time, ChunkRun.maximumTime) : 0
            }
            problems += answer.outcome.problems.map { problem in
                var problem = problem
                problem.record = called[problem.record]
                return problem
            }
            outputs = try checked(answer.outcome.outputs, count: called.count, failed: answer.outcome.problems)
        }
        problems.sort { $0.record < $1.record }
        outcome.computeTime += times.reduce(0, +)
        outcome.failedCount += Set(problems.lazy.filter { $0.severity == .error }.map(\.record)).count
        return Part(count: rows.count, outputs: outputs, problems: problems, times: times)
    }

    /// Checks that an outcome is about these records: closures of users can give anything.
    private func check(_ outcome: ServiceOutcome, count: Int) throws {
        guard outcome.outputs.count == count else {
            throw WorkerLoss(.outOfStep, "the service gave \(outcome.outputs.count) outputs for \(count) records")
        }
        guard outcome.times.map({ $0.count == count }) ?? true else {
            throw WorkerLoss(.outOfStep, "the service gave not as many times as records")
        }
        guard outcome.problems.allSatisfy({ (0..<count).contains($0.record) }) else {
            throw WorkerLoss(.outOfStep, "the service gave a problem of a record that it was not given")
        }
    }

    /// The outputs of the records that have one, when each of the others has an error.
    private func checked(_ outputs: Rows, count: Int, failed problems: [RecordProblem]) throws -> Rows {
        let failed = Set(problems.lazy.filter { $0.severity == .error }.map(\.record))
        var kept: [RowPlace] = []
        kept.reserveCapacity(count)
        for record in 0..<count {
            let place = outputs.places[record]
            if failed.contains(record) { continue }
            guard place.start < place.end else {
                throw WorkerLoss(.outOfStep, "the service gave neither an output nor an error for a record")
            }
            kept.append(place)
        }
        if kept.count == count { return outputs }
        return Rows(bytes: outputs.bytes, places: Buffer(kept), isLineFed: false)
    }

    private func problems(_ misfits: [RecordMisfit], _ unknown: inout Set<String>) -> [RecordProblem] {
        misfits.compactMap { misfit in
            let kind = service.inputs.first { $0.name == misfit.name }?.kind
            switch misfit.kind {
            case .missing:
                return RecordProblem(
                    record: misfit.record, message: "the input is missing and has no default", path: misfit.name,
                    category: "invalid_input", type: "missing")
            case .wrongType:
                return RecordProblem(
                    record: misfit.record, message: "the input must be \(kind?.inWords ?? "of another type")",
                    path: misfit.name, category: "invalid_input", type: "wrong_type")
            case .unknown: return stranger(misfit.name, misfit.record, &unknown)
            }
        }
    }

    /// Warnings about columns that are no inputs, in the first record.
    private func strangers(_ records: RecordArray, _ inputs: [RecordInput], _ unknown: inout Set<String>)
        -> [RecordProblem]
    {
        guard case .rows(let names) = records.form, !service.inputs.isEmpty else { return [] }
        let known = Set(inputs.map(\.name))
        return names.filter { !known.contains($0) }.compactMap { stranger($0, 0, &unknown) }
    }

    /// A warning about a name that is no input, once in a chunk.
    private func stranger(_ name: String, _ record: Int, _ unknown: inout Set<String>) -> RecordProblem? {
        guard unknown.insert(name).inserted else { return nil }
        return RecordProblem(
            record: record, severity: .warning, message: "the service has no input of this name", path: name)
    }

    private func aggregates(_ parts: [Part], _ summary: ChunkSummary?) throws -> Aggregates {
        guard let summary else { return Aggregates() }
        return Aggregates(
            try summary.aggregations.map { aggregation in
                var aggregate = Aggregate()
                for part in parts {
                    let values = try part.outputs.picking([aggregation.output], asRows: true)
                    for record in 0..<values.count {
                        // A row of one value.
                        let place = values.places[record]
                        aggregate.add(values.bytes[Int(place.start) + 1..<Int(place.end) - 1].text)
                    }
                    if !summary.ignoresErrors, part.problems.contains(where: { $0.severity == .error }) {
                        aggregate.break()
                    }
                }
                return (aggregation, aggregate)
            })
    }

    private static func names(_ parts: [Part]) throws -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for part in parts {
            names += try part.outputs.memberNames(atMost: maximumOutputs).filter { seen.insert($0).inserted }
        }
        return names
    }
}

extension Duration {
    /// Milliseconds, with what is below them as a fraction.
    var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
    }
}
