// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Lets only so many warnings of a kind through (I7).
final class WarningCounter: Sendable {
    private static let limit = 20
    private let counts = Mutex<[CartloadError.Code: Int]>([:])

    func admits(_ code: CartloadError.Code) -> Bool {
        counts.withLock { counts in
            counts[code, default: 0] += 1
            return counts[code, default: 0] <= WarningCounter.limit
        }
    }
}
