// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// What the operating system says went wrong.
struct SystemFailure: Error, CustomStringConvertible {
    let number: Int32

    /// The failure of the call just made.
    static var last: SystemFailure { SystemFailure(number: errno) }

    var description: String { strerror(number).map { String(cString: $0) } ?? "error \(number)" }

    /// The failure to do something with a file, as an error; a full disk has its own code.
    func error(_ action: String, _ path: String, else code: CartloadError.Code) -> CartloadError {
        let place = Location(source: path)
        guard number == ENOSPC || number == EDQUOT else {
            return CartloadError(code, "cannot \(action)", at: place, cause: self)
        }
        return CartloadError(
            .storeDiskFull, "cannot \(action): the disk is full", at: place,
            advice: "Make room; what was accepted is kept.", cause: self)
    }
}

/// Repeats a call that a signal interrupted.
func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result == -1, errno == EINTR { continue }
        return result
    }
}
