// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What the operating system says went wrong.
package struct SystemFailure: Error, CustomStringConvertible {
    /// As in `errno`.
    package let number: Int32

    package init(number: Int32) { self.number = number }

    /// The failure of the call just made.
    package static var last: SystemFailure { SystemFailure(number: errno) }

    package var description: String { strerror(number).map { String(cString: $0) } ?? "error \(number)" }
}

/// Repeats a call that a signal interrupted.
package func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result == -1, errno == EINTR { continue }
        return result
    }
}
