// SPDX-License-Identifier: Apache-2.0

/// Checks the bytes outside ASCII, which a mask points out; runs of ASCII cost nothing.
struct UTF8Validator {
    private var checkedTo = 0
    private var invalid: [Int] = []
    private var taken = 0

    /// Checks the sequences that begin in one chunk.
    @inline(__always)
    mutating func check(_ base: UnsafePointer<UInt8>, _ count: Int, at offset: Int, _ high: UInt64) {
        var rest = high
        if checkedTo > offset { rest &= ~0 << UInt64(min(checkedTo - offset, 63)) }
        while rest != 0 {
            let bit = rest.trailingZeroBitCount
            let length = UTF8Validator.length(base + offset + bit, count - offset - bit)
            if length == 0 { invalid.append(offset + bit) }
            let next = bit + max(length, 1)
            checkedTo = offset + next
            if next >= 64 { return }
            rest &= ~0 << UInt64(next)
        }
    }

    /// Whether there are invalid bytes that have not been taken.
    @inline(__always) var hasInvalid: Bool { taken != invalid.count }

    /// The first invalid byte before an offset, if any; those before the offset are then done with.
    @inline(__always)
    mutating func takeInvalid(before offset: Int) -> Int? {
        if taken == invalid.count { return nil }
        return take(before: offset)
    }

    private mutating func take(before offset: Int) -> Int? {
        guard invalid[taken] < offset else { return nil }
        let first = invalid[taken]
        while taken < invalid.count, invalid[taken] < offset { taken += 1 }
        return first
    }

    /// The length of the well-formed sequence at a byte outside ASCII, 0 when there is none (Unicode 15, table 3-7).
    @inline(__always)
    static func length(_ at: UnsafePointer<UInt8>, _ left: Int) -> Int {
        let first = at[0]
        if first < 0xe0 {
            return first >= 0xc2 && left > 1 && at[1] & 0xc0 == 0x80 ? 2 : 0
        }
        if first < 0xf0 {
            guard left > 2, at[1] & 0xc0 == 0x80, at[2] & 0xc0 == 0x80 else { return 0 }
            if first == 0xe0, at[1] < 0xa0 { return 0 }
            if first == 0xed, at[1] > 0x9f { return 0 }
            return 3
        }
        guard first <= 0xf4, left > 3, at[1] & 0xc0 == 0x80, at[2] & 0xc0 == 0x80, at[3] & 0xc0 == 0x80 else {
            return 0
        }
        if first == 0xf0, at[1] < 0x90 { return 0 }
        if first == 0xf4, at[1] > 0x8f { return 0 }
        return 4
    }
}
