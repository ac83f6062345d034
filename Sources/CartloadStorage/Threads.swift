// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
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
        var threads: [SystemThread] = []
        // The calling thread does its part, so that nothing depends on another thread being there.
        for _ in 1..<max(1, min(limit, items.count)) {
            guard let thread = try? SystemThread({ work.run() }) else { break }
            threads.append(thread)
        }
        work.run()
        for thread in threads { thread.join() }
        try work.finish()
    }
}

extension Threads {
    /// Runs a body that blocks on a thread of its own, so that it holds up no other task.
    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try SystemThread.detach { continuation.resume(with: Swift.Result(catching: body)) }
            } catch {
                continuation.resume(
                    throwing: CartloadError(
                        .readFailed, "no thread could be started", advice: "Allow more threads.", cause: error))
            }
        }
    }
}

/// Items that several threads take one after the other.
private final class SharedWork<Item: Sendable>: Sendable {
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

    func run() {
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
