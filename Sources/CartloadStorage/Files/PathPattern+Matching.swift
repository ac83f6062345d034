// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension PathPattern {
    /// Whether a name matches one part of a pattern; a star is tried shortest first, in time that is at most their product.
    static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var pattern = pattern
        var name = name
        var retry: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
        while true {
            if let first = pattern.first, first == 0x2a {
                pattern = pattern.dropFirst()
                retry = (pattern, name)
                continue
            }
            if name.isEmpty, pattern.isEmpty { return true }
            if let byte = name.first, let rest = step(pattern, over: name, byte) {
                (pattern, name) = rest
                continue
            }
            // The last star takes one more byte; earlier ones need not be reconsidered.
            guard var last = retry, !last.name.isEmpty else { return false }
            last.name = last.name.dropFirst()
            retry = last
            (pattern, name) = last
        }
    }

    /// What is left after one letter of the pattern has matched one letter of the name.
    private static func step(
        _ pattern: ArraySlice<UInt8>, over name: ArraySlice<UInt8>, _ byte: UInt8
    ) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
        switch pattern.first {
        case 0x3f:  // ? is one character, which may be several bytes
            var rest = name.dropFirst()
            while let next = rest.first, next & 0xc0 == 0x80 { rest = rest.dropFirst() }
            return (pattern.dropFirst(), rest)
        case 0x5b:
            guard let set = set(at: pattern) else { return nil }
            return set.contains(byte) ? (set.rest, name.dropFirst()) : nil
        case byte: return (pattern.dropFirst(), name.dropFirst())
        default: return nil
        }
    }

    /// A set such as `[a-z]`, and what follows it; nil when it is not closed.
    private static func set(at pattern: ArraySlice<UInt8>) -> (contains: (UInt8) -> Bool, rest: ArraySlice<UInt8>)? {
        var body = pattern.dropFirst()
        let isNegated = body.first == 0x21 || body.first == 0x5e
        if isNegated { body = body.dropFirst() }
        // A bracket in first place is a member of the set.
        guard let close = body.dropFirst().firstIndex(of: 0x5d) else { return nil }
        let members = Array(body[..<close])
        return (
            { byte in
                var index = 0
                while index < members.count {
                    if index + 2 < members.count, members[index + 1] == 0x2d {
                        if members[index] <= byte, byte <= members[index + 2] { return !isNegated }
                        index += 3
                    } else {
                        if members[index] == byte { return !isNegated }
                        index += 1
                    }
                }
                return isNegated
            }, body[(close + 1)...]
        )
    }

    /// Refuses a part with an open bracket.
    func check(_ part: [UInt8]) throws {
        var rest = part[...]
        while let open = rest.firstIndex(of: 0x5b) {
            guard let set = PathPattern.set(at: rest[open...]) else {
                throw CartloadError(
                    .badPattern, "the pattern has a [ without a ]", at: Location(source: text),
                    advice: "Close the set, or write [[] for a bracket itself.")
            }
            rest = set.rest
        }
    }
}
