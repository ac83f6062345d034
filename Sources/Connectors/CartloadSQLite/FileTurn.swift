// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// The right to have a write transaction open in a database file: one writer of this process at a time.
///
/// SQLite allows one writing transaction a file. Streams of one run that go to the same file must therefore take turns
/// from commit to commit, however long that takes, whereas other processes are waited for only as long as the busy
/// timeout.
final class FileTurn: Sendable {
    private static let taken = Mutex<Set<String>>([])
    private let file: String

    /// Waits for the turn.
    ///
    /// - Throws: `CancellationError` when the run ends while waiting, which is also what bounds the wait (I7).
    init(of path: String) throws {
        var canonical = path
        if let resolved = realpath(path, nil) {
            canonical = String(cString: resolved)
            free(resolved)
        }
        let file = canonical
        while !FileTurn.taken.withLock({ $0.insert(file).inserted }) {
            try Task.checkCancellation()
            usleep(1000)
        }
        self.file = file
    }

    deinit { FileTurn.taken.withLock { _ = $0.remove(file) } }
}
