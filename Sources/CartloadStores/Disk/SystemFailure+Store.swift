// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

extension SystemFailure {
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
