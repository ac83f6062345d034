// SPDX-License-Identifier: Apache-2.0

/// Things in the order in which they are taken.
struct Queue<Element: Hashable & Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard let first else { return nil }
        head += 1
        if head > 64, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return first
    }

    /// Puts some back where they came from.
    mutating func prepend(_ returned: [Element]) {
        elements.replaceSubrange(0..<head, with: returned)
        head = 0
    }

    mutating func sort(by isBefore: (Element, Element) -> Bool) {
        elements = elements[head...].sorted(by: isBefore)
        head = 0
    }

    mutating func removeAll() -> [Element] {
        defer { self = Queue() }
        return Array(elements[head...])
    }

    /// Takes some out, wherever they are.
    mutating func removeAll(where isTaken: (Element) -> Bool) {
        elements = elements[head...].filter { !isTaken($0) }
        head = 0
    }
}
