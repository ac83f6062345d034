// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The environment variables that a child gets.
public struct ChildEnvironment: Sendable {
    /// Added to this process's variables, or instead of those of the same name.
    public var entries: [String: String]
    /// Leaves this process's variables out.
    public var isClean: Bool

    public init(_ entries: [String: String] = [:], isClean: Bool = false) {
        self.entries = entries
        self.isClean = isClean
    }

    /// All variables, over those of the parent, which are `NAME=value` texts; in the order of their names.
    func resolved(over parent: [String] = ChildEnvironment.parent) -> [(name: String, value: String)] {
        var all: [String: String] = [:]
        for text in isClean ? [] : parent {
            guard let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
            all[String(text[..<sign])] = String(text[text.utf8.index(after: sign)...])
        }
        all.merge(entries) { _, given in given }
        return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// This process's variables by name.
    package static var process: [String: String] {
        Dictionary(ChildEnvironment().resolved().map { ($0.name, $0.value) }) { $1 }
    }

    /// This process's variables.
    static var parent: [String] {
        var texts: [String] = []
        var entry = environ
        while let text = entry.pointee {
            texts.append(String(cString: text))
            entry += 1
        }
        return texts
    }
}

extension ChildEnvironment: CustomStringConvertible, CustomReflectable {
    public var description: String { "\(entries.count) variables" }
    public var customMirror: Mirror { Mirror(self, children: ["isClean": isClean]) }
}
