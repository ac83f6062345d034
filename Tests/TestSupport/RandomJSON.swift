// SPDX-License-Identifier: Apache-2.0

package import CartloadTesting

/// Random JSON, spelt in as many ways as there are.
package struct RandomJSON {
    package var random: SeededGenerator

    package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    package mutating func below(_ bound: Int) -> Int { random.below(bound) }

    package mutating func space() -> String { below(4) == 0 ? pick([" ", "\t", "  ", "\r"]) : "" }

    package mutating func string() -> String {
        var text = "\""
        for _ in 0..<below(pick([3, 12, 70])) {
            switch below(12) {
            case 0: text += pick(["\\n", "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\r", "\\t"])
            case 1: text += pick(["\\u00e9", "\\u0000", "\\uD83D\\uDE00", "\\ud800", "\\udc00x", "\\u005c", "\\u0022"])
            case 2: text += pick(["é", "☂", "😀", "\u{7f}", "\u{2028}"])
            case 3: text += pick(["{", "}", "[", "]", ":", ",", "'", "/"])
            default: text.unicodeScalars.append(Unicode.Scalar(UInt8(97 + below(26))))
            }
        }
        return text + "\""
    }

    package mutating func number() -> String {
        var text = pick(["", "-"])
        let digits = pick([1, 1, 2, 5, 10, 17, 19, 25])
        text +=
            below(4) == 0
            ? "0"
            : "\(1 + below(9))" + String((1..<digits).map { _ in "0123456789".randomElement(using: &random) ?? "0" })
        if below(3) == 0 {
            text +=
                "."
                + String(
                    (0..<1 + below(pick([2, 6, 20]))).map { _ in "0123456789".randomElement(using: &random) ?? "0" })
        }
        if below(6) == 0 { text += pick(["e", "E"]) + pick(["", "+", "-"]) + "\(below(pick([10, 30, 400])))" }
        return text
    }

    package mutating func value(depth: Int = 0) -> String {
        switch below(depth > 3 ? 6 : 8) {
        case 0: pick(["true", "false"])
        case 1: "null"
        case 2, 3: number()
        case 4, 5: string()
        case 6:
            "[" + space()
                + (0..<below(4)).map { _ in value(depth: depth + 1) + space() }.joined(separator: "," + space()) + "]"
        default: object(depth: depth + 1)
        }
    }

    package mutating func object(depth: Int = 0, keys: [String] = ["\"a\"", "\"b\"", "\"\\u0063\"", "\"longer key\""])
        -> String
    {
        var members: [String] = []
        for _ in 0..<below(6) {
            let key = below(5) == 0 ? string() : pick(keys)
            members.append(key + space() + ":" + space() + value(depth: depth + 1) + space())
        }
        return "{" + space() + members.joined(separator: "," + space()) + "}"
    }
}
