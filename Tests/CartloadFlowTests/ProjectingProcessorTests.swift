// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadFlow
import Testing

@Suite struct ProjectingProcessorTests {
    /// Opens lines of JSON, one pass for the records and the fields.
    struct Lines: SealedDecoder {
        func decode(
            _ sealed: Sealed, at origin: Location, _ diagnostics: inout Diagnostics
        ) throws -> RecordBatch.Body {
            .rows(try Rows.scan(sealed.bytes, origin: origin, &diagnostics))
        }

        func decode(
            _ sealed: Sealed, extracting projection: Projection, at origin: Location, _ diagnostics: inout Diagnostics
        ) throws -> (batch: RecordBatch, columns: ProjectedColumns) {
            let (rows, columns) = try Rows.scan(
                sealed.bytes, extracting: projection, origin: origin, &diagnostics)
            return (RecordBatch(.rows(rows), origin: origin), columns)
        }
    }

    static let text = """
        {"a":1,"b":"x"}
        {"a":2,"b":

        {"a":3,"b":"y"}
        {"a":"n/a","b":"z"}
        {"a":5,"b":"z"}

        """

    static var sealed: RecordBatch {
        RecordBatch(
            .sealed(Sealed(format: "jsonl", bytes: Bytes(text), decoder: Lines())),
            origin: Location(source: "lines.jsonl", line: 1, byte: 0, record: 1))
    }

    static let chains: [[any Processor]] = {
        func expression(_ text: String) -> Expression {
            do { return try Expression(parsing: text) } catch { preconditionFailure("\(error)") }
        }
        func list(_ text: String) -> SelectList {
            do { return try SelectList(parsing: text) } catch { preconditionFailure("\(error)") }
        }
        return [
            [], [FilterProcessor(expression("a >= 3"))], [SelectProcessor(list("b, a"))],
            [SelectProcessor(list("*, upper(b) AS c"))],
            [FilterProcessor(expression("b <> 'x'")), SelectProcessor(list("upper(b) AS b, a"))],
            [DropProcessor(["a"])],
        ]
    }()

    @Test(arguments: chains.indices)
    func openingWithTheFirstProcessorIsNoDifferent(chain: Int) throws {
        let processors = Self.chains[chain]
        var diagnostics = Diagnostics()
        var batch = try Self.sealed.opened(&diagnostics)
        let read = (batch.count ?? 0) + diagnostics.rejects.count
        for processor in processors { batch = try processor.process(batch, &diagnostics) }

        var others = Diagnostics()
        let result = try processors.process(opening: Self.sealed, &others)
        #expect(result.recordsRead == read)
        #expect(read == 5)
        var lines = BytesBuilder()
        var otherLines = BytesBuilder()
        batch.writeJSONLines(into: &lines, &diagnostics)
        result.batch.writeJSONLines(into: &otherLines, &others)
        let (text, otherText) = (lines.finish().text, otherLines.finish().text)
        #expect(otherText == text)
        #expect(others.rejects.map(\.error.message) == diagnostics.rejects.map(\.error.message))
        #expect(others.rejects.map(\.location) == diagnostics.rejects.map(\.location))
    }
}
