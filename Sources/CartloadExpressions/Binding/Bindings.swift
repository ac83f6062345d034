// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The bound forms of one expression, for the few sets of column types that its blocks have.
final class Bindings: Sendable {
    /// How a column holds its values, and what they mean.
    struct Shape: Hashable, Sendable {
        var held: ValueType
        var meaning: ValueType

        init(_ held: ValueType, _ meaning: ValueType) {
            self.held = held
            self.meaning = meaning
        }
    }

    /// How many are kept (I7).
    private static let limit = 32

    private let known = Mutex<[([Shape], Bound)]>([])

    func bound(for shapes: [Shape], _ make: () throws -> Bound) throws -> Bound {
        if let bound = known.withLock({ $0.first { $0.0 == shapes }?.1 }) { return bound }
        let bound = try make()
        known.withLock { known in
            if known.count >= Bindings.limit { known.removeFirst() }
            known.append((shapes, bound))
        }
        return bound
    }
}
