// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// What waits for the committing thread, in order and bounded (I7).
///
/// Unchecked because the thread must sleep on a condition, which `Mutex` has none of: everything that changes is touched under
/// the POSIX mutex only.
final class CommitQueue: @unchecked Sendable {
    private let waitingBytes: Int
    private let groupBytes: Int
    private let groupCommits: Int
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var waiting: [PendingCommit] = []
    /// Where the first that still waits is in `waiting`.
    private var first = 0
    private var bytes = 0
    private var isClosed = false
    /// How many must wait for the sleeping thread to be woken; nil while it is awake.
    private var wanted: Int?

    init(options: SegmentedStoreOptions) {
        waitingBytes = options.waitingBytes
        groupBytes = options.groupBytes
        groupCommits = options.groupCommits
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Puts a commit at the end; one that goes beyond the bound is refused in its turn. Never blocks.
    ///
    /// - Returns: Whether the queue is open; if not, the commit is not taken.
    func put(_ commit: PendingCommit) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isClosed else { return false }
        // A single commit above the bound still gets its turn when nothing else waits.
        if bytes > 0, bytes + commit.cost > waitingBytes {
            let busy = CartloadError(
                .storeBusy, "\(bytes) bytes are waiting to be made durable; the bound is \(waitingBytes)",
                advice: "Send again later.")
            waiting.append(PendingCommit(refused: busy, whenDurable: commit.whenDurable))
        } else {
            waiting.append(commit)
            bytes += commit.cost
        }
        if let wanted, waiting.count - first >= wanted || bytes >= groupBytes { pthread_cond_signal(condition) }
        return true
    }

    /// How many wait now.
    var count: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return waiting.count - first
    }

    /// Waits for commits and takes as many as make a group; nil when the queue is closed and empty.
    ///
    /// - Parameter wish: How long to wait for how many, when there are some.
    func take(_ wish: GatherPolicy.Wish) -> [PendingCommit]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while first == waiting.count {
            if isClosed { return nil }
            wanted = 1
            pthread_cond_wait(condition, mutex)
        }
        gather(wish)
        wanted = nil
        var end = first
        var cost = 0
        while end < waiting.count, end - first < groupCommits {
            guard end == first || cost + waiting[end].cost <= groupBytes else { break }
            cost += waiting[end].cost
            end += 1
        }
        let group = Array(waiting[first..<end])
        bytes -= cost
        first = end
        if first == waiting.count {
            waiting.removeAll(keepingCapacity: waiting.capacity <= 4096)
            first = 0
        } else {
            forget(group.count)
        }
        return group
    }

    /// Waits until as many wait as are wished for, or a group is full, or patience ends.
    private func gather(_ wish: GatherPolicy.Wish) {
        let end = first + min(wish.commits, groupCommits)
        guard wish.patience > .zero, waiting.count < end else { return }
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)  // the clock of conditions; a jump of it costs one wait
        let nanoseconds = Int(min(wish.patience, .milliseconds(100)) / .nanoseconds(1)) + deadline.tv_nsec
        deadline.tv_sec += nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        wanted = end - first
        while !isClosed, waiting.count < end, bytes < groupBytes {
            if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { return }
        }
    }

    /// Lets nothing more in.
    func close() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        isClosed = true
        pthread_cond_signal(condition)
    }

    /// Lets go of what was taken, at once, and of its places once they are the greater part.
    private func forget(_ count: Int) {
        if first > waiting.count / 2 {
            waiting.removeFirst(first)
            first = 0
        } else {
            let gone = PendingCommit([]) { _ in }
            for index in first - count..<first { waiting[index] = gone }
        }
    }
}
