// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A thread of its own for what blocks, which the cooperative pool must not.
///
/// What is started must be joined once; ``detach(stackSize:_:)`` starts one that nobody waits for.
package struct SystemThread: Sendable {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    /// Starts a thread that ends with its body.
    ///
    /// - Parameter stackSize: In bytes; nil for the system's usual size.
    /// - Throws: When the system has no more threads.
    package init(stackSize: Int? = nil, _ run: @escaping @Sendable () -> Void) throws(SystemFailure) {
        thread = try Self.start(stackSize, PTHREAD_CREATE_JOINABLE, run)
    }

    /// Waits for its end, unless this is the thread itself; once.
    package func join() {
        if pthread_equal(thread, pthread_self()) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
    }

    /// Starts a thread that nobody waits for.
    ///
    /// - Parameter stackSize: In bytes; nil for the system's usual size.
    /// - Throws: When the system has no more threads.
    package static func detach(stackSize: Int? = nil, _ run: @escaping @Sendable () -> Void) throws(SystemFailure) {
        _ = try start(stackSize, PTHREAD_CREATE_DETACHED, run)
    }

    private static func start(_ stackSize: Int?, _ kind: Int, _ run: @escaping @Sendable () -> Void)
        throws(SystemFailure) -> pthread_t
    {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, CInt(kind))
        if let stackSize { pthread_attr_setstacksize(&attributes, stackSize) }
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let failure = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard failure == 0 else {
            body.release()
            throw SystemFailure(number: failure)
        }
        return thread
    }
}
