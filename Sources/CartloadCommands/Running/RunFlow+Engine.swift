// SPDX-License-Identifier: Apache-2.0

internal import CMemory
internal import CartloadCore
internal import CartloadFlow

extension RunFlow {
    /// Runs flows with the engine, checkpoints in the state directory.
    public static let engine: FlowRunner = { flow, request, context in
        let state = StatePlace(flow, request, registry: context.registry)
        let link = try LinkBuilder(flow: flow, registry: context.registry, state: state).link()
        if case .reject(let file, _) = link.errorPolicy { context.meter.update { $0.rejectFile = file } }
        let options = EngineOptions(
            blockSize: link.blockSize, isFresh: request.isFresh, keepsState: request.keepsState, stop: context.stop)
        let store = try state.store(for: link)
        defer { state.tidy(store) }
        cl_memory_forget_start()
        try await FlowRun(link, store: store, options: options, meter: context.meter).run()
        return context.meter.snapshot
    }
}

extension RunFlow {
    /// Makes everything that a run would, connects to the source and finds the batches of each stream.
    public static let check: FlowChecker = { flow, context in
        let request = RunRequest(stateDirectory: ".cartload")
        let state = StatePlace(flow, request, registry: context.registry)
        let link = try LinkBuilder(flow: flow, registry: context.registry, state: state).link()
        let run = FlowRun(
            link, store: MemoryCheckpointStore(), options: EngineOptions(workers: 1),
            meter: context.meter)
        var streams: [FlowPlan.Stream] = []
        for stream in try await run.inletStreams() {
            if let schema = stream.description.schema {
                for outlet in link.outlets { _ = try (link.processors + outlet.processors).schema(from: schema) }
            }
            let batches = try await stream.batches(since: nil)
            streams.append(FlowPlan.Stream(stream.description, batches: batches.count))
        }
        return FlowPlan(flow: flow, streams: streams)
    }
}
