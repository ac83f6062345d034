// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Synchronization
import Testing

@testable import CartloadCompute

/// An engine over a store that fails when it is told to, with a clock that is told what to show.
struct EngineTrial {
    static let caller = Caller(tenant: "t", user: "u")
    static let double = Service(
        serviceID: "s", versionID: "v", folder: "f", name: "double", version: "1.0",
        inputs: [ServiceField("n", .integer)], outputs: ["n"],
        runner: ClosureRunner { ["n": .int(($0["n"]?.intValue ?? 0) * 2)] })

    let engine: ComputeEngine
    let store: FaultyPipelineStore
    let clock: ManualClock

    init(
        _ options: ComputeOptions = ComputeOptions(workers: 2), services: [Service] = [EngineTrial.double],
        store: FaultyPipelineStore = FaultyPipelineStore(), clock: ManualClock = ManualClock(.seconds(10))
    ) throws {
        self.store = store
        self.clock = clock
        engine = ComputeEngine(
            store: store, catalogue: MemoryServiceCatalogue(services), supply: PooledWorkers(WorkerPool()),
            options: options, clock: clock.runClock)
        try engine.start()
    }

    func create(
        _ service: String = "f/double", _ configuration: PipelineConfiguration = PipelineConfiguration(),
        by caller: Caller = EngineTrial.caller, requestID: String? = nil
    ) async throws -> String {
        try await engine.create(
            PipelineRequest(service: .service(service, at: nil), configuration: configuration), by: caller,
            requestID: requestID
        ).definition.id
    }

    /// A body of chunks with a number each, the same as in their ids.
    static func body(_ numbers: [Int], filler: Int = 0) -> Bytes {
        let chunks = numbers.map { number in
            let fill = String(repeating: "x", count: filler)
            return #"{"id":"c\#(number)","data":{"inputs":[{"n":\#(number)}],"parameters":{"fill":"\#(fill)"}}}"#
        }
        return Bytes(#"{"chunks":[\#(chunks.joined(separator: ","))]}"#)
    }

    @discardableResult func push(
        _ numbers: [Int], to id: String, filler: Int = 0, by caller: Caller = EngineTrial.caller
    ) async throws -> PipelineSnapshot {
        try await engine.push(EngineTrial.body(numbers, filler: filler), to: id, by: caller)
    }

    func status(_ id: String, by caller: Caller = EngineTrial.caller) throws -> PipelineSnapshot {
        try engine.status(of: id, by: caller)
    }

    func pull(
        _ id: String, _ limit: Int = 100, lease: Duration? = nil, wait: Duration? = nil,
        by caller: Caller = EngineTrial.caller
    ) async throws -> PulledChunks {
        try await engine.pull(from: id, atMost: limit, lease: lease, wait: wait, by: caller)
    }

    /// Moves the clock on and looks at it.
    func advance(_ time: Duration) {
        clock.advance(by: time)
        engine.tick()
    }

    /// Lets others work until something holds; records an issue when it takes ten minutes.
    func until(
        _ what: String, ticking: Bool = false, sourceLocation: SourceLocation = #_sourceLocation,
        _ holds: () throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + .seconds(600)
        while try !holds() {
            guard ContinuousClock.now < end else {
                Issue.record("it never came to be that \(what)", sourceLocation: sourceLocation)
                return
            }
            if ticking { advance(.milliseconds(100)) }
            await Task.yield()
        }
    }

    func finished(_ id: String, _ count: Int, by caller: Caller = EngineTrial.caller) async throws {
        try await until("\(count) chunks have run", ticking: true) {
            try status(id, by: caller).counts.chunksCompleted >= count
        }
    }

    func waits(_ id: String) -> Int { engine.state.withLock { $0.waiters[id]?.count ?? 0 } }

    /// The ids of chunks and what their first records have become.
    static func results(_ pulled: PulledChunks) throws -> [String: String] {
        var results: [String: String] = [:]
        for (id, text) in zip(pulled.ids, pulled.results) {
            let value = try JSONValue(parsing: text)
            results[id] = value["outputs"]?.arrayValue?.first?["n"]?.description ?? value["errors"]?.description
        }
        return results
    }
}

extension StoreChange {
    var isAccepted: Bool { if case .accepted = self { true } else { false } }
    var isFinished: Bool { if case .finished = self { true } else { false } }
    var isReleased: Bool { if case .released = self { true } else { false } }
    var isPipeline: Bool { if case .pipeline = self { true } else { false } }
    var isRemoved: Bool { if case .removed = self { true } else { false } }
}
