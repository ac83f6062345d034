// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts who looks on, so that there are not too many (I7).
final class DashboardViewers: Sendable {
    /// A place that is free again when nobody holds it.
    final class Seat: Sendable {
        private let viewers: DashboardViewers

        fileprivate init(_ viewers: DashboardViewers) { self.viewers = viewers }

        deinit { viewers.count.withLock { $0 -= 1 } }
    }

    private let count = Mutex(0)

    /// Nil when all are taken.
    func seat(limit: Int) -> Seat? {
        let isFree = count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        return isFree ? Seat(self) : nil
    }
}
