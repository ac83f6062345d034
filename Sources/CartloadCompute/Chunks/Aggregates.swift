// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The aggregations of a chunk, or of all chunks of a pipeline together, in the order in which they were first asked for.
public struct Aggregates: Sendable, Hashable {
    private var entries: [(aggregation: Aggregation, aggregate: Aggregate)] = []

    public init() {}

    init(_ entries: [(Aggregation, Aggregate)]) { self.entries = entries }

    public var isEmpty: Bool { entries.isEmpty }

    /// Takes those of another chunk.
    public mutating func merge(_ other: Aggregates) {
        var merged: Set<Aggregation> = []
        // What a chunk asks for twice is the same numbers twice.
        for (aggregation, aggregate) in other.entries where merged.insert(aggregation).inserted {
            if let position = entries.firstIndex(where: { $0.aggregation == aggregation }) {
                entries[position].aggregate.merge(aggregate)
            } else {
                entries.append((aggregation, aggregate))
            }
        }
    }

    /// A row of names and a row of values, `[["total"],[130]]`; `[[]]` where nothing was asked for.
    ///
    /// An output that was asked for with several operators is named `total_MIN` and so on but for the first.
    public var table: JSONValue {
        if entries.isEmpty { return .array([.array([])]) }
        var seen: Set<String> = []
        let names = entries.map { entry in
            let plain = entry.aggregation.output
            let name = seen.contains(plain) ? "\(plain)_\(entry.aggregation.operator.rawValue)" : plain
            seen.insert(name)
            return JSONValue.string(name)
        }
        return .array([.array(names), .array(entries.map { $0.aggregate.value($0.aggregation.operator) })])
    }

    public static func == (left: Aggregates, right: Aggregates) -> Bool {
        left.entries.elementsEqual(right.entries) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) {
        for entry in entries { hasher.combine(entry.aggregation) }
    }
}

extension Aggregates {
    /// As they are stored with a chunk; nothing where there are none.
    var stored: Bytes {
        if entries.isEmpty { return Bytes() }
        let list = entries.map { entry in
            JSONValue.array([
                .string(entry.aggregation.output), .string(entry.aggregation.operator.rawValue), entry.aggregate.json,
            ])
        }
        return Bytes(JSONValue.array(list).description)
    }

    init(stored: Bytes) throws {
        if stored.isEmpty { return }
        for element in try JSONValue(parsing: stored).arrayValue ?? [] {
            guard let parts = element.arrayValue, parts.count == 3, let output = parts[0].stringValue,
                let known = parts[1].stringValue.flatMap(Aggregation.Operator.init(rawValue:)),
                let aggregate = Aggregate(parts[2])
            else { throw ChunkFault.invalid("it is not what was stored", "aggregates") }
            entries.append((Aggregation(output: output, known), aggregate))
        }
    }
}
