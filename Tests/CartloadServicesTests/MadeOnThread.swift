// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import Glibc
import Synchronization

/// Makes a worker on a thread that is over when it is there.
final class MadeOnThread: Sendable {
    private let runner: any ServiceRunner
    private let made = Mutex<Result<any ServiceWorker, any Error>?>(nil)

    private init(_ runner: any ServiceRunner) { self.runner = runner }

    static func worker(of runner: any ServiceRunner) throws -> any ServiceWorker {
        let making = MadeOnThread(runner)
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let making = Unmanaged<MadeOnThread>.fromOpaque(context).takeUnretainedValue()
                let result = Result { try making.runner.makeWorker() }
                making.made.withLock { $0 = result }
                return nil
            }, Unmanaged.passUnretained(making).toOpaque())
        // When it is joined, the kernel has told its children that it is gone, if it tells them at all.
        pthread_join(thread, nil)
        return try making.made.withLock { $0 ?? .failure(CancellationError()) }.get()
    }
}
