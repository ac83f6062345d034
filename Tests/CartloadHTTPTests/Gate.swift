// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Something that tasks wait at until it is opened or they are cancelled.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = state.waiters.filter { $0.key < 0 } }
            return state.waiters.filter { $0.key > 0 }.map(\.value)
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async { await wait(isOpened: true) }

    /// Waits until the task is cancelled, open or not.
    func waitForCancellation() async { await wait(isOpened: false) }

    private func wait(isOpened: Bool) async {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let mustWait = state.withLock { state in
                    guard !Task.isCancelled, !(isOpened && state.isOpen) else { return false }
                    // Those that wait for their cancellation alone have other numbers than those that `open` resumes.
                    if isOpened { state.waiters[ticket] = waiter } else { state.waiters[-ticket] = waiter }
                    return true
                }
                if !mustWait { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: isOpened ? ticket : -ticket) }?.resume()
        }
    }
}
