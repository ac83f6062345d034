// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Glibc
import TestSupport
import Testing

@testable import CartloadFiles

@Suite struct PrintTests {
    private static let records: [JSONObject] = (1...5).map { id in
        JSONObject([
            ("id", .int(id * id * id)), ("name", .string(id == 2 ? "Zoë\u{1b}[31m" : "n\(id)")),
            ("tags", id == 3 ? ["a", 1] : .null),
        ])
    }

    /// What is printed of the records, in commits of one batch each.
    private func printed(_ settings: JSONObject) async throws -> String {
        var destination = try PrintDestination(Configuration(settings, settings: PrintDestination.settings))
        let folder = try TemporaryFolder()
        let file = open("\(folder.path)/out", O_RDWR | O_CREAT, 0o600)
        defer { close(file) }
        destination = PrintDestination(
            destination.form, limit: destination.limit, to: StandardOutput(descriptor: file))
        let writer = try await destination.open(DestinationStream("s", checkpointID: "print"))
        var diagnostics = Diagnostics()
        for (index, part) in [Self.records[..<3], Self.records[3...]].enumerated() {
            let prepared = try writer.prepare(RecordBatch(records: Array(part)), &diagnostics)
            #expect(prepared.recordCount == part.count)
            try await writer.write(prepared)
            _ = try await writer.commit(
                Commit(sequence: index + 1, checkpoint: Checkpoint(.null), isLast: index == 1))
        }
        try await writer.close()
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    }

    @Test func aLimitLetsOnlyTheFirstRecordsBePrinted() async throws {
        let all = try await printed(JSONObject())
        #expect(all.split(separator: "\n").count == 5)
        let some = try await printed(JSONObject([("limit", 4)]))
        #expect(some == all.split(separator: "\n").prefix(4).map { $0 + "\n" }.joined())
        #expect(try await printed(JSONObject([("limit", 0)])) == "")
    }

    @Test func linesOfCSVBeginWithTheirHeader() async throws {
        let text = try await printed(JSONObject([("format", "csv"), ("limit", 1)]))
        #expect(text == "id,name,tags\n1,n1,\n")
    }

    @Test func aTableShowsEachFieldAsAColumn() async throws {
        let text = try await printed(JSONObject([("format", "table"), ("limit", 4)]))
        #expect(
            text == """
                id  name      tags
                ──  ────────  ───────
                 1  n1
                 8  Zoë [31m
                27  n3        ["a",1]
                64  n4

                """)
    }

    @Test func aTableIsPrintedOnceAtTheEnd() async throws {
        let text = try await printed(JSONObject([("format", "table")]))
        #expect(text.split(separator: "\n").count == 7)
        #expect(text.hasSuffix("125  n5\n"))
    }

    @Test func longCellsAreCut() {
        let table = TextTable([JSONObject([("a", .string(String(repeating: "x", count: 100)))])])
        #expect(table.text.hasSuffix("\n" + String(repeating: "x", count: 39) + "…\n"))
        #expect(TextTable([]).text == "")
    }

    @Test func aTableOfTooManyRowsIsRefused() throws {
        let error = #expect(throws: CartloadError.self) {
            _ = try PrintDestination(
                Configuration(
                    JSONObject([("format", "table"), ("limit", 1_000_000)]), settings: PrintDestination.settings))
        }
        #expect(error?.code == .wrongType)
    }
}
