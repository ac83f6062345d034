// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What the operating system says went wrong.
struct SystemError: Error, CustomStringConvertible {
    let number: Int32

    /// The error of the call just made.
    static var last: SystemError { SystemError(number: errno) }

    var description: String { strerror(number).map { String(cString: $0) } ?? "error \(number)" }
}

/// Repeats a call that a signal interrupted.
func uninterrupted(_ call: () -> Int32) -> Int32 {
    while true {
        let result = call()
        if result == -1, errno == EINTR { continue }
        return result
    }
}
