// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension Instant {
    /// `1970-12-03T04:56:12.186Z`: always three digits of a second, as the Batches API writes moments.
    public var apiText: String {
        let text = Instant(microseconds: microseconds / 1000 * 1000).description
        return text.contains(".") ? text : text.dropLast() + ".000Z"
    }
}
