// SPDX-License-Identifier: Apache-2.0

/// Random numbers that are asked for by the number of a record, in any order and from any place on (SplitMix64).
struct NumberedRandom: Sendable {
    private let key: UInt64

    /// - Parameters:
    ///   - field: Fields of other names get other numbers, so that one more field changes no other.
    ///   - purpose: Tells apart what one field needs several of.
    init(seed: UInt64, field: String, purpose: UInt8) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
        for byte in field.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ UInt64(purpose)) &* 0x100_0000_01b3
        key = NumberedRandom.mixed(seed &+ NumberedRandom.mixed(hash))
    }

    /// 64 random bits for a record.
    @inline(__always)
    subscript(number: Int) -> UInt64 {
        NumberedRandom.mixed(key &+ UInt64(bitPattern: Int64(number)) &* 0x9e37_79b9_7f4a_7c15)
    }

    /// From 0 up to, and without, a bound; of bounds far below 2⁶⁴ every number is as likely.
    @inline(__always)
    func below(_ bound: UInt64, _ number: Int) -> UInt64 { self[number].multipliedFullWidth(by: bound).high }

    /// From 0 up to, and without, 1.
    @inline(__always)
    func unit(_ number: Int) -> Double { Double(self[number] >> 11) * 0x1p-53 }

    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
