// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadCore

@Suite struct LineCounterTests {
    @Test func linesAreCountedUpToAnyPlaceInAnyOrder() {
        let text = Bytes("a\n\nbc\nd")
        var counter = LineCounter()
        for (place, lines) in [(0, 0), (1, 0), (2, 1), (2, 1), (7, 3), (3, 2), (0, 0), (6, 3)] {
            #expect(counter.lines(before: place, of: text) == lines, "before byte \(place)")
        }
    }

    @Test func everyRejectedRecordHasItsOwnLine() throws {
        var diagnostics = Diagnostics()
        let rows = try Rows.scan(Bytes((0..<50).map { "{\"a\":\($0)}\n" }.joined()), &diagnostics)
        let batch = RecordBatch(.rows(rows), origin: Location(source: "x.jsonl", line: 7, byte: 100, record: 1))
        let odd = RecordBatch(batch.body, selection: .rows((0..<50).filter { $0 % 2 == 1 }), origin: batch.origin)
        let validator = try RecordValidator(
            jsonSchema: JSONValue(parsing: #"{"type":"object","properties":{"a":{"type":"string"}}}"#))
        #expect(try odd.validated(by: validator, &diagnostics).count == 0)
        #expect(try !odd.isValid(by: validator))
        #expect(diagnostics.rejects.map(\.location.line) == (0..<50).filter { $0 % 2 == 1 }.map { $0 + 7 })
    }
}
