// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How many requests were answered, with what status, and in what time.
final class RequestTimes: Sendable {
    /// Upper ends of the classes, in milliseconds: from a status that is answered at once to a pull that waits.
    static let bounds = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000]

    /// The requests of an operation.
    struct Histogram: Sendable, Hashable {
        /// How many were within each bound and above the one before it; the last are above all.
        var classes = [Int](repeating: 0, count: RequestTimes.bounds.count + 1)
        var sum = Duration.zero
        /// By status.
        var statuses: [Int: Int] = [:]

        mutating func add(_ time: Duration, status: Int) {
            let index = RequestTimes.bounds.firstIndex { time <= .milliseconds($0) } ?? RequestTimes.bounds.count
            classes[index] += 1
            sum += time
            statuses[status, default: 0] += 1
        }
    }

    private let histograms = Mutex<[RequestOperation: Histogram]>([:])

    func add(_ operation: RequestOperation, _ time: Duration, status: Int) {
        histograms.withLock { $0[operation, default: Histogram()].add(time, status: status) }
    }

    /// Those that there were, in the order of the operations.
    var all: [(operation: RequestOperation, histogram: Histogram)] {
        let histograms = histograms.withLock { $0 }
        return RequestOperation.allCases.compactMap { operation in histograms[operation].map { (operation, $0) } }
    }
}
