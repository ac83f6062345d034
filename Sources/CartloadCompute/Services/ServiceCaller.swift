// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Runs records through a service in this process, without a pipeline: for processors.
public struct ServiceCaller: Sendable {
    private let service: Service
    private let selection: OutputSelection
    private let inputs: [RecordInput]
    private let supply: any WorkerSupply

    /// - Parameters:
    ///   - outputs: Those that are wanted; empty for all.
    ///   - parameters: Inputs that are the same for all records.
    /// - Throws: `CartloadError` with code `compute.unknown-output`.
    public init(
        _ service: Service, outputs: [String] = [], parameters: JSONObject = JSONObject(), supply: any WorkerSupply
    ) throws {
        self.service = service
        self.supply = supply
        selection = try OutputSelection(outputs: outputs, subservices: [], of: service)
        inputs = service.recordInputs(parameters, keys: [])
    }

    /// The outputs of records; blocks until they are there.
    ///
    /// Records may have fields that are no inputs.
    ///
    /// - Throws: `CartloadError` when no worker starts.
    public func call(_ records: Rows) throws -> CalledRecords {
        let run = ChunkRun(
            service: service, selection: selection, keys: [], now: RunClock.system.now,
            call: { try supply.run($0, of: service, cancellation: RunCancellation()) })
        return try run.outputs(of: RecordArray(objects: records), inputs)
    }
}

/// What became of records that were sent through a service.
public struct CalledRecords: Sendable {
    /// Positions of the records that have outputs, ascending.
    public var succeeded: [Int]
    /// An object for each of them.
    public var outputs: Rows
    /// Errors of the others, and warnings, in order of record.
    public var problems: [RecordProblem]

    public init(succeeded: [Int], outputs: Rows, problems: [RecordProblem]) {
        self.succeeded = succeeded
        self.outputs = outputs
        self.problems = problems
    }
}

extension ChunkRun {
    /// The outputs of records that need no result to be pulled.
    func outputs(of records: RecordArray, _ inputs: [RecordInput]) throws -> CalledRecords {
        var outcome = ChunkOutcome(failedCount: 0, computeTime: 0, outputBytes: 0)
        var unknown: Set<String> = []
        var called = CalledRecords(succeeded: [], outputs: Rows([]), problems: [])
        var texts = BytesBuilder()
        var places: [RowPlace] = []
        var done = 0
        while done < records.count {
            let part = try self.part(from: done, of: records, inputs, isOpen: true, unknown: &unknown, &outcome)
            let failed = Set(part.problems.lazy.filter { $0.severity == .error }.map(\.record))
            called.succeeded += (0..<part.count).filter { !failed.contains($0) }.map { $0 + done }
            let picked = try selection.names.map { try part.outputs.picking($0, asRows: false) } ?? part.outputs
            for row in 0..<picked.count {
                let start = UInt32(texts.count)
                texts.append(picked[row])
                places.append(RowPlace(start: start, end: UInt32(texts.count)))
                texts.append(UInt8(ascii: "\n"))
            }
            called.problems += part.problems.map { problem in
                var problem = problem
                problem.record += done
                return problem
            }
            done += part.count
        }
        called.outputs = Rows(bytes: texts.finish(), places: Buffer(places), isLineFed: true)
        return called
    }
}
