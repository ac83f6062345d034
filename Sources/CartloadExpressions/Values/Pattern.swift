// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A LIKE pattern, cut into its elements once.
struct Pattern: Sendable {
    private enum Shape: Sendable { case equal, prefix, suffix, contains, general }

    /// A byte, `any` or `run`.
    private var elements: [UInt16] = []
    private var shape = Shape.general
    private var literal: [UInt8] = []

    private static let any: UInt16 = 256
    private static let run: UInt16 = 257

    /// - Returns: nil when the pattern ends with its escape character.
    init?(_ pattern: UnsafeRawBufferPointer, escape: UInt8?) {
        var index = 0
        while index < pattern.count {
            let byte = pattern[index]
            if let escape, byte == escape {
                index += 1
                guard index < pattern.count else { return nil }
                elements.append(UInt16(pattern[index]))
            } else if byte == UInt8(ascii: "%") {
                if elements.last != Pattern.run { elements.append(Pattern.run) }
            } else {
                elements.append(byte == UInt8(ascii: "_") ? Pattern.any : UInt16(byte))
            }
            index += 1
        }
        var inner = elements[...]
        let opens = inner.first == Pattern.run
        if opens { inner.removeFirst() }
        let closes = inner.last == Pattern.run
        if closes { inner.removeLast() }
        if inner.allSatisfy({ $0 < 256 }) {
            literal = inner.map { UInt8(truncatingIfNeeded: $0) }
            shape = opens ? (closes || inner.isEmpty ? .contains : .suffix) : (closes ? .prefix : .equal)
        }
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        literal.withUnsafeBytes { literal in
            switch shape {
            case .equal: Kernels.isSame(text, literal)
            case .prefix: Pattern.starts(text, literal)
            case .suffix: Pattern.ends(text, literal)
            case .contains: Kernels.find(literal, in: text, from: 0) != nil
            case .general: matchesGenerally(text)
            }
        }
    }

    static func starts(_ text: UnsafeRawBufferPointer, _ prefix: UnsafeRawBufferPointer) -> Bool {
        text.count >= prefix.count && Kernels.isSame(UnsafeRawBufferPointer(rebasing: text[..<prefix.count]), prefix)
    }

    static func ends(_ text: UnsafeRawBufferPointer, _ suffix: UnsafeRawBufferPointer) -> Bool {
        text.count >= suffix.count
            && Kernels.isSame(UnsafeRawBufferPointer(rebasing: text[(text.count - suffix.count)...]), suffix)
    }

    /// Greedy with one place to go back to: a later `%` makes earlier ones settled.
    private func matchesGenerally(_ text: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        var element = 0
        var retryElement = -1
        var retryPosition = 0
        while position < text.count {
            if element < elements.count, elements[element] == Pattern.run {
                retryElement = element + 1
                retryPosition = position
                element += 1
                continue
            }
            if element < elements.count {
                if elements[element] == Pattern.any {
                    position += 1
                    while position < text.count, text[position] & 0xc0 == 0x80 { position += 1 }
                    element += 1
                    continue
                }
                if elements[element] == UInt16(text[position]) {
                    position += 1
                    element += 1
                    continue
                }
            }
            guard retryElement >= 0 else { return false }
            retryPosition += 1
            while retryPosition < text.count, text[retryPosition] & 0xc0 == 0x80 { retryPosition += 1 }
            position = retryPosition
            element = retryElement
        }
        while element < elements.count, elements[element] == Pattern.run { element += 1 }
        return element == elements.count
    }
}

extension Kernels {
    /// LIKE with a pattern that is known beforehand, or one for each row.
    static func like(_ pattern: Pattern?, escape: UInt8?, isNegated: Bool) -> Kernel {
        { arguments in
            let (texts, patterns) = (arguments[0], arguments.vectors.count > 1 ? arguments[1] : arguments[0])
            var failures: [RowError] = []
            let values = Buffer<UInt8>(count: arguments.count) { target in
                for row in 0..<arguments.count {
                    target[row] = 0
                    guard arguments.isValid(row) else { continue }
                    guard let pattern = pattern ?? Pattern(patterns.bytes(row), escape: escape) else {
                        failures.append(RowError(row: row, message: "the pattern ends with its escape character"))
                        continue
                    }
                    target[row] = pattern.matches(texts.bytes(row)) != isNegated ? 1 : 0
                }
            }
            return Vector(.boolean, .flags(values), validity: arguments.validity, count: arguments.count)
                .failing(failures)
        }
    }
}
