// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The way from the loops to the one task group that owns all requests' tasks.
///
/// Its bound is that of the connections (I7): each has one request at a time, which is started once and cancelled at most
/// once.
final class ExchangeQueue: Sendable {
    enum Item: Sendable {
        case start(BeastExchange)
        case cancel(BeastExchange)
    }

    private struct State {
        var items: [Item] = []
        var isEnded = false
        var reader: CheckedContinuation<[Item]?, Never>?
    }

    private let state = Mutex(State())

    func put(_ item: Item) {
        let reader = state.withLock { state -> CheckedContinuation<[Item]?, Never>? in
            guard let reader = state.reader else {
                state.items.append(item)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: [item])
    }

    /// Nothing will come any more.
    func end() {
        let reader = state.withLock { state in
            state.isEnded = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// All that has come; waits while there is nothing, nil at the end. One task reads.
    func next() async -> [Item]? {
        await withCheckedContinuation { reader in
            let ready = state.withLock { state -> [Item]?? in
                if !state.items.isEmpty {
                    defer { state.items = [] }
                    return .some(state.items)
                }
                if state.isEnded { return .some(nil) }
                state.reader = reader
                return nil
            }
            if let ready { reader.resume(returning: ready) }
        }
    }
}
