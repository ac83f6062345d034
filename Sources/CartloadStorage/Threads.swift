// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc
internal import Synchronization

/// Short-lived threads for calls that only wait.
enum Threads {
    /// Calls `body` for every item, several at once, and waits until all are done.
    ///
    /// - Throws: The error of the first item that failed, when the others are done too.
    static func each<Item: Sendable>(
        _ items: [Item], atOnce limit: Int, _ body: @escaping @Sendable (Item) throws -> Void
    ) throws {
        let work = SharedWork(items, body)
        var threads: [pthread_t] = []
        // The calling thread does its part, so that nothing depends on another thread being there.
        for _ in 1..<max(1, min(limit, items.count)) {
            var thread = pthread_t()
            let context = Unmanaged.passRetained(work as AnyWork).toOpaque()
            guard pthread_create(&thread, nil, start, context) == 0 else {
                Unmanaged<AnyWork>.fromOpaque(context).release()
                break
            }
            threads.append(thread)
        }
        work.run()
        for thread in threads { pthread_join(thread, nil) }
        try work.finish()
    }
}

extension Threads {
    /// Runs a body that blocks on a thread of its own, so that it holds up no other task.
    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let work = SingleWork { continuation.resume(with: Swift.Result(catching: body)) }
            var thread = pthread_t()
            guard pthread_create(&thread, nil, start, Unmanaged.passRetained(work as AnyWork).toOpaque()) == 0 else {
                Unmanaged.passUnretained(work).release()
                return continuation.resume(
                    throwing: CartloadError(.readFailed, "no thread could be started", advice: "Allow more threads."))
            }
            pthread_detach(thread)
        }
    }

    private static let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        if let context { Unmanaged<AnyWork>.fromOpaque(context).takeRetainedValue().run() }
        return nil
    }
}

/// What a thread is started with; a C function cannot be generic.
private class AnyWork {
    func run() {}
}

private final class SingleWork: AnyWork {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }

    override func run() { body() }
}

private final class SharedWork<Item: Sendable>: AnyWork {
    private struct State {
        var next = 0
        var failure: (index: Int, error: any Error)?
    }

    private let items: [Item]
    private let body: @Sendable (Item) throws -> Void
    private let state = Mutex(State())

    init(_ items: [Item], _ body: @escaping @Sendable (Item) throws -> Void) {
        self.items = items
        self.body = body
    }

    override func run() {
        while true {
            let index = state.withLock { state in
                defer { state.next += 1 }
                return state.next
            }
            guard index < items.count else { return }
            do {
                try body(items[index])
            } catch {
                state.withLock { state in
                    if index < state.failure?.index ?? Int.max { state.failure = (index, error) }
                }
            }
        }
    }

    func finish() throws {
        if let failure = state.withLock({ $0.failure }) { throw failure.error }
    }
}
