// SPDX-License-Identifier: Apache-2.0

internal import CMemory
internal import CartloadCore
internal import CartloadFlow
internal import Glibc

extension RunFlow {
    /// Runs flows with the engine, checkpoints in the state directory.
    public static let engine: FlowRunner = { flow, request, context in
        let state = StatePlace(flow, request, registry: context.registry)
        let link = try LinkBuilder(flow: flow, registry: context.registry, state: state).link()
        let options = EngineOptions(
            workers: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), blockSize: link.blockSize,
            isFresh: request.isFresh,
            keepsState: request.keepsState, stop: context.stop, clock: .system)
        let store = try state.store(for: link)
        defer { state.tidy(store) }
        cl_memory_forget_start()
        try await FlowRun(link, store: store, options: options, meter: context.meter).run()
        context.meter.update { $0.isStopped = context.stop.isRequested }
        return context.meter.snapshot
    }
}

extension RunClock {
    /// The machine's clocks.
    static let system = RunClock(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        },
        wallSeconds: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Int64(time.tv_sec)
        })
}
