// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFiles
import CartloadSQLite
import CartloadSinger
import Foundation
import TestSupport
import Testing

/// **I4**: RECORD and BATCH give the same rows, whatever is selected, processed and validated.
@Suite struct EquivalenceTests {
    /// `CARTLOAD_SEED` repeats what a failure named.
    static let base =
        ProcessInfo.processInfo.environment["CARTLOAD_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...1 << 40)

    /// What a target makes of messages: the table with types, and the lines of a file.
    struct Result: Equatable {
        var table: [[String]]
        var lines: [String]
    }

    private func load(_ text: String, _ options: JSONValue, workers: Int, seed: String) async throws -> Result {
        let folder = try TemporaryFolder()
        var result = Result(table: [], lines: [])
        for kind in ["sqlite", "jsonl"] {
            var trial = try TargetTrial(options)
            trial.workers = workers
            trial.options.blockSize = 2048
            let destination: any Destination =
                kind == "sqlite"
                ? SQLiteDestination(path: folder.path + "/t.db")
                : FilesDestination(FilesDestinationOptions(path: folder.path + "/t.jsonl"))
            let error = await trial.run(text, into: destination)
            #expect(error == nil, "\(kind), \(seed): \(error?.description ?? "")\n\(text)")
            if kind == "sqlite" {
                result.table = try Table.cells(folder.path + "/t.db", "s")
            } else {
                result.lines = ((try? folder.text("t.jsonl")) ?? "").split(separator: "\n").map(String.init)
            }
        }
        return result
    }

    @Test(arguments: 0..<120 as Range<UInt64>)
    func recordsAndBatchesGiveTheSameTables(number: UInt64) async throws {
        let seedNumber = Self.base + number
        let seed = "seed \(seedNumber)"
        var random = RandomJSON(seed: seedNumber)
        let format = random.pick(["jsonl", "jsonl", "csv"])
        let compression = random.pick(["none", "gzip", "zstd"])
        let stream = try RandomStream(&random, isFlat: format == "csv")
        let versions = random.below(3) == 0
        let ascii = random.below(3) == 0
        let dates = random.pick(["keep", "keep", "max", "null"])
        let folder = try TemporaryFolder()

        func tap(_ batches: JSONValue?, _ source: any Source) async throws -> TapTrial {
            var configuration = JSONObject([
                ("processors", .array(stream.processors)), ("emit_activate_version_messages", .bool(versions)),
                ("ensure_ascii", .bool(ascii)), ("validate_records", .bool(seedNumber % 2 == 0)),
                ("state_interval", .int(1 + Int(seedNumber % 9))), ("invalid_dates", .string(dates)),
            ])
            if let batches { configuration["batch_config"] = batches }
            var trial = try TapTrial(.object(configuration))
            trial.catalog = stream.catalog
            let error = await trial.run(source)
            #expect(error == nil, "\(seed): \(error?.description ?? "")")
            return trial
        }
        let batches: JSONValue = [
            "encoding": ["format": .string(format), "compression": .string(compression)],
            "storage": ["root": .string(folder.path)], "batch_size": .int(1 + random.below(30)),
        ]
        let target: JSONValue = [
            "add_record_metadata": .bool(random.below(2) == 0), "validate_records": .bool(random.below(2) == 0),
            "batch_roots": [.string(folder.path)], "hard_delete": true,
            "invalid_dates": .string(random.pick(["keep", "max", "null"])),
        ]
        let workers = 1 + random.below(2)
        let records = try await tap(nil, stream.source)
        let files = try await tap(batches, stream.source)
        #expect(try records.messages("BATCH").isEmpty && files.messages("RECORD").isEmpty)
        let fromRecords = try await load(records.text, target, workers: workers, seed: seed)
        let fromFiles = try await load(files.text, target, workers: workers, seed: seed)
        let what = "\(seed), \(format): \(stream.processors)"
        expectSame(fromRecords.table.map(Self.comparable), fromFiles.table.map(Self.comparable), what)
        if format == "jsonl", stream.processors.isEmpty {
            expectSame(fromRecords.lines, fromFiles.lines, what)
        } else {
            // What makes columns of blocks, as CSV and some processors do, writes null for what is not there.
            expectSame(
                try fromRecords.lines.map(Self.withoutNulls), try fromFiles.lines.map(Self.withoutNulls), what)
        }
        let isFiltered = stream.processors.contains { $0["filter"] != nil }
        #expect(isFiltered || fromRecords.lines.count == stream.records.count, "\(seed)")
    }

    /// Cells as they are, JSON in them as values: how it is spelt depends on what else its block had in the column.
    private static func comparable(_ cells: [String]) -> [String] {
        cells.map { cell in
            guard cell.hasPrefix("text "), let value = try? JSONValue(parsing: String(cell.dropFirst(5))) else {
                return cell
            }
            return "json \(normal(value))"
        }
    }

    private static func normal(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let text): Double(text).map { .double($0 == 0 ? 0 : $0) } ?? value
        case .array(let values): .array(values.map(normal))
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, normal($0.value)) }))
        default: value
        }
    }

    private func expectSame<Row: Equatable>(_ records: [Row], _ files: [Row], _ what: String) {
        guard records != files else { return }
        let index = zip(records, files).enumerated().first { $1.0 != $1.1 }?.offset ?? min(records.count, files.count)
        func row(_ rows: [Row]) -> String { index < rows.count ? "\(rows[index])" : "the end" }
        Issue.record("row \(index) differs, \(what)\nRECORD: \(row(records))\nBATCH:  \(row(files))")
    }

    private static func withoutNulls(_ line: String) throws -> [String: JSONValue] {
        let members = try JSONValue(parsing: line).objectValue?.members ?? []
        return Dictionary(
            uniqueKeysWithValues: members.filter { !$0.value.isNull }.map { ($0.key, normal($0.value)) })
    }
}
