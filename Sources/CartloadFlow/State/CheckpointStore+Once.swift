// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Something that is done at most once, whoever asks first.
final class Once: Sendable {
    private let body: Mutex<(@Sendable () -> Void)?>

    init(_ body: @escaping @Sendable () -> Void) { self.body = Mutex(body) }

    func run() {
        let pending = body.withLock { body in
            defer { body = nil }
            return body
        }
        pending?()
    }
}
