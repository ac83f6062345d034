// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// A thread of its own for what blocks on the disk, which the cooperative pool must not.
struct CommitterThread: Sendable {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    init(_ run: @escaping @Sendable () -> Void) throws {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let failure = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard failure == 0 else {
            body.release()
            throw CartloadError(
                .storeFolder, "the store has no thread to write with", advice: "Allow more threads.",
                cause: SystemFailure(number: failure))
        }
        self.thread = thread
    }

    /// Waits for its end, unless this is the thread itself; once.
    func join() {
        if pthread_equal(thread, pthread_self()) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
    }
}
