// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The laws that every ``Batcher`` must keep; a test runs them over batches of its own.
///
/// Each method throws a ``Violation`` that says which law is broken and how.
public struct BatcherContract: Sendable {
    /// A law that a batcher broke.
    public struct Violation: Error, Sendable, CustomStringConvertible {
        public let law: String
        public let what: String

        public var description: String { "\(law): \(what)" }
    }

    /// What is claimed of a batcher beyond the laws for all.
    public struct Claims: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// L4: parts are runs of neighbours, in order.
        public static let contiguous = Claims(rawValue: 1)
        /// L7: dividing a part again changes nothing.
        public static let idempotent = Claims(rawValue: 2)
    }

    public let batcher: any Batcher
    public let claims: Claims

    public init(_ batcher: any Batcher, _ claims: Claims = []) {
        self.batcher = batcher
        self.claims = claims
    }

    /// Checks L1 to L5, and L7 where claimed, over batches of rows or columns.
    public func verify(_ batches: [RecordBatch]) throws {
        for batch in batches {
            let parts = try batcher.parts(of: batch)
            let count = batch.count ?? 0
            try partition(parts, count)
            if claims.contains(.contiguous) { try contiguous(parts) }
            if claims.contains(.idempotent) { try idempotent(batch, parts) }
            try local(batch, parts)
        }
    }

    private func fail(_ law: String, _ what: String) -> Violation { Violation(law: law, what: what) }

    /// L1, L3 and L5: every record once, ascending in its part, no part empty.
    private func partition(_ parts: [BatchPart], _ count: Int) throws {
        var seen = [Bool](repeating: false, count: count)
        for (number, part) in parts.enumerated() {
            guard part.positions.count > 0 else { throw fail("L5 no empties", "part \(number) is empty") }
            var last = -1
            for index in 0..<part.positions.count {
                let position = part.positions[index]
                guard position >= 0, position < count else {
                    throw fail("L1 partition", "part \(number) has record \(position) of \(count)")
                }
                guard !seen[position] else { throw fail("L1 partition", "record \(position) is repeated") }
                guard position > last else { throw fail("L3 stable", "record \(position) comes after \(last)") }
                seen[position] = true
                last = position
            }
        }
        if let lost = seen.firstIndex(of: false) { throw fail("L1 partition", "record \(lost) is lost") }
    }

    private func contiguous(_ parts: [BatchPart]) throws {
        var next = 0
        for part in parts {
            for index in 0..<part.positions.count {
                guard part.positions[index] == next else {
                    throw fail("L4 contiguous", "record \(part.positions[index]) stands where \(next) should")
                }
                next += 1
            }
        }
    }

    /// L7: a part is not divided further.
    private func idempotent(_ batch: RecordBatch, _ parts: [BatchPart]) throws {
        for part in parts {
            let again = try batcher.parts(of: batch.part(part.positions))
            guard again.count == 1, again[0].positions.count == part.positions.count else {
                throw fail("L7 idempotence", "a part of \(part.positions.count) records is divided into \(again.count)")
            }
        }
    }

    /// L2: what a batch is divided into does not depend on batches before it.
    private func local(_ batch: RecordBatch, _ parts: [BatchPart]) throws {
        guard let count = batch.count, count > 1 else { return }
        let halves = [batch.part(.range(0..<count / 2)), batch.part(.range(count / 2..<count))]
        for half in halves { _ = try batcher.parts(of: half) }
        let again = try batcher.parts(of: batch)
        guard again == parts else { throw fail("L2 batch-local", "the same batch is divided in another way later") }
    }
}

extension RecordBatch {
    fileprivate func part(_ positions: Selection) -> RecordBatch {
        var batch = self
        batch.selection = selection.map { $0.narrowed(by: positions) } ?? positions
        return batch
    }
}
