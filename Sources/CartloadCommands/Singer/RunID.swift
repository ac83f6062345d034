// SPDX-License-Identifier: Apache-2.0

/// A text that no other run has, for the names of its files.
enum RunID {
    static var random: String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 36)
        return String(repeating: "0", count: 13 - digits.count) + digits
    }
}
