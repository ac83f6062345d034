// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The outcomes of parts of a call, to be put together in the order of its records.
struct OutcomeParts {
    private let count: Int
    private var outcomes: [(first: Int, outcome: ServiceOutcome)] = []
    private var problems: [RecordProblem] = []

    init(count: Int) { self.count = count }

    mutating func add(_ outcome: ServiceOutcome, of records: Range<Int>) {
        outcomes.append((records.lowerBound, outcome))
    }

    /// Records that have no output.
    mutating func add(_ problem: RecordProblem, for records: Range<Int>) {
        for record in records {
            var problem = problem
            problem.record = record
            problems.append(problem)
        }
    }

    /// All records' outcome; those of which nothing was said have an empty output.
    func whole() -> ServiceOutcome {
        if problems.isEmpty, outcomes.count == 1, let only = outcomes.first { return only.outcome }
        var bytes = BytesBuilder(capacity: outcomes.reduce(0) { $0 + $1.outcome.outputs.bytes.count })
        var places = [RowPlace](repeating: RowPlace(start: 0, end: 0), count: count)
        var times: [Double]? =
            outcomes.allSatisfy { $0.outcome.times != nil }
            ? [Double](repeating: 0, count: count) : nil
        var problems = problems
        for (first, outcome) in outcomes {
            let base = UInt32(bytes.count)
            bytes.append(outcome.outputs.bytes)
            for (offset, place) in outcome.outputs.places.withUnsafeBufferPointer({ Array($0) }).enumerated() {
                places[first + offset] = RowPlace(start: base + place.start, end: base + place.end)
            }
            for (offset, time) in (outcome.times ?? []).enumerated() { times?[first + offset] = time }
            for var problem in outcome.problems {
                problem.record += first
                problems.append(problem)
            }
        }
        // A stable order: several problems of one record stay as they came.
        let sorted = problems.enumerated().sorted { ($0.element.record, $0.offset) < ($1.element.record, $1.offset) }
        return ServiceOutcome(
            outputs: Rows(bytes: bytes.finish(), places: Buffer(places), isLineFed: false),
            problems: sorted.map(\.element), times: times)
    }
}
