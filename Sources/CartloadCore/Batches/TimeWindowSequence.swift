// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Time windows one after another without gaps, each made when it is asked for.
public struct TimeWindowSequence: Sequence, Sendable {
    private let grid: TimeGrid
    private let progress: TimeProgress

    init(_ grid: TimeGrid, _ progress: TimeProgress) {
        self.grid = grid
        self.progress = progress
    }

    public func makeIterator() -> Iterator { Iterator(grid: grid, from: progress.at, ends: progress.until[...]) }

    public struct Iterator: IteratorProtocol, Sendable {
        private var grid: TimeGrid
        private var from: Instant
        private var ends: ArraySlice<Instant>

        fileprivate init(grid: TimeGrid, from: Instant, ends: ArraySlice<Instant>) {
            self.grid = grid
            self.from = from
            self.ends = ends
        }

        public mutating func next() -> TimeWindow? { nextPlanned()?.window }

        /// The next window, and where the plan ends that it belongs to.
        mutating func nextPlanned() -> (window: TimeWindow, until: Instant)? {
            while let end = ends.first {
                if from < end {
                    let window = TimeWindow(from: from, to: Swift.min(grid.cell(at: from).to, end))
                    from = window.to
                    return (window, end)
                }
                ends.removeFirst()
            }
            return nil
        }
    }
}

/// An iterator that may be asked from any task, one at a time.
final class LockedIterator: Sendable {
    private let iterator: Mutex<TimeWindowSequence.Iterator>

    init(_ iterator: TimeWindowSequence.Iterator) { self.iterator = Mutex(iterator) }

    func next() -> (window: TimeWindow, until: Instant)? { iterator.withLock { $0.nextPlanned() } }
}
