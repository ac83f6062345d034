// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// An answer that one task waits for and several may give; the first counts.
struct FirstAnswer<Value: Sendable>: Sendable {
    private final class State: Sendable {
        let content = Mutex<Content>(.open)
    }

    private enum Content {
        case open
        case awaited(CheckedContinuation<Value, Never>)
        case given(Value)
        case taken
    }

    private let state = State()

    func give(_ value: Value) {
        let waiting: CheckedContinuation<Value, Never>? = state.content.withLock { content in
            switch content {
            case .open:
                content = .given(value)
                return nil
            case .awaited(let continuation):
                content = .taken
                return continuation
            case .given, .taken: return nil
            }
        }
        waiting?.resume(returning: value)
    }

    /// To be called once.
    func value() async -> Value {
        await withCheckedContinuation { continuation in
            let value: Value? = state.content.withLock { content in
                if case .given(let value) = content {
                    content = .taken
                    return value
                }
                content = .awaited(continuation)
                return nil
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}
