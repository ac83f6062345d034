// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// What happens at certain times unless it is called off, with one sleeper for all of it.
///
/// Not a sleeping task for each: one that is cancelled stays in memory until its time, which for the timeout of a run that
/// comes often is without bound (I7). For the same reason nobody here sleeps long.
final class PlannerDeadlines: Sendable {
    /// The longest sleep.
    static let longest: Duration = .seconds(10)

    private struct Entry: Comparable {
        var time: Duration
        var number: Int

        static func < (left: Entry, right: Entry) -> Bool { (left.time, left.number) < (right.time, right.number) }
    }

    private struct Action {
        var time: Duration
        var body: @Sendable () -> Void
    }

    private struct Sleeper {
        var time: Duration
        var number: Int
        var task: Task<Void, Never>
    }

    private struct State {
        var heap = BinaryHeap<Entry>()
        var actions: [Int: Action] = [:]
        var lastNumber = 0
        var sleeper: Sleeper?
    }

    private let clock: RunClock
    private let state = Mutex(State())

    init(_ clock: RunClock) { self.clock = clock }

    /// - Returns: A number to call it off with.
    func add(at time: Duration, _ body: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.lastNumber += 1
            let number = state.lastNumber
            state.actions[number] = Action(time: time, body: body)
            state.heap.insert(Entry(time: time, number: number))
            if state.heap.count > 2 * state.actions.count + 64 {
                state.heap.removeAll()
                for (number, action) in state.actions {
                    state.heap.insert(Entry(time: action.time, number: number))
                }
            }
            arm(&state)
            return number
        }
    }

    func callOff(_ number: Int) { state.withLock { _ = $0.actions.removeValue(forKey: number) } }

    /// What is in memory, also of what was called off.
    var keptCount: Int { state.withLock { $0.heap.count } }

    private func arm(_ state: inout State) {
        while let first = state.heap.first, state.actions[first.number] == nil { state.heap.removeFirst() }
        guard let first = state.heap.first else { return }
        let time = min(first.time, clock.now() + PlannerDeadlines.longest)
        if let sleeper = state.sleeper {
            guard time < sleeper.time else { return }
            sleeper.task.cancel()
        }
        state.lastNumber += 1
        let number = state.lastNumber
        let task = Task.detached { [clock, weak self] in
            do { try await clock.sleepUntil(time) } catch { return }
            self?.ring(number)
        }
        state.sleeper = Sleeper(time: time, number: number, task: task)
    }

    private func ring(_ number: Int) {
        let due = state.withLock { state -> [@Sendable () -> Void] in
            guard state.sleeper?.number == number else { return [] }
            state.sleeper = nil
            let now = clock.now()
            var due: [@Sendable () -> Void] = []
            while let first = state.heap.first, first.time <= now {
                state.heap.removeFirst()
                if let action = state.actions.removeValue(forKey: first.number) { due.append(action.body) }
            }
            arm(&state)
            return due
        }
        for body in due { body() }
    }
}
