// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import SQLiteDatabase
import Testing

/// `kill -9` at random moments, and the same command again: nothing is lost and nothing is there twice (I1, I2, I3).
@Suite(.serialized) struct KillTests {
    @Test func aFlowToATableAndFilesByKeyLosesAndRepeatsNothing() throws {
        let sandbox = try Sandbox()
        let input = KillInput(records: 60_000)
        try input.write(to: sandbox)
        try sandbox.write(
            """
            source: {files: {path: input.jsonl, batch: {records: 700}}}
            destinations:
              - sqlite: {path: out.db, table: events}
              - files: {path: "out/{key}-{n}.jsonl.gz"}
                batch: {by: key, records: 1000}
            checkpoint: {records: 500}
            on_error: {policy: reject, file: rejects.jsonl}
            """, to: "flow.yaml")
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(26) {
            for name in [".cartload", "out", "out.db", "out.db-wal", "out.db-shm", "out.db-journal", "rejects.jsonl"] {
                try sandbox.remove(name)
            }
            try executioner.run(["run", "flow.yaml"], in: sandbox, longest: .milliseconds(400), statuses: [0, 3])
            let hint: Comment = "seed \(executioner.seed), \(executioner.kills) kills"
            #expect(try input.differences(table: "events", of: sandbox.path("out.db")) == [], hint)
            #expect(try input.differences(lines: sandbox.shell("gzip -dc out/*.gz")) == [], hint)
            #expect(try input.rejectDifferences(sandbox.text("rejects.jsonl")) == [], hint)
            try #require(try leftovers(sandbox, in: "out") == [], hint)
            try expectManifest(sandbox, hint)
        }
        print("aFlowToATableAndFiles…: \(executioner.kills) kills, seed \(executioner.seed)")
    }

    @Test(arguments: ["append", "upsert", "overwrite"]) func aCopyToATable(load: String) throws {
        let sandbox = try Sandbox()
        let input = KillInput(records: 60_000, hasRejects: false)
        try input.write(to: sandbox)
        let seedRows = load == "overwrite" || load == "upsert" ? 50 : 0
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(5) {
            for suffix in ["", "-wal", "-shm", "-journal"] { try sandbox.remove("out.db\(suffix)") }
            if seedRows > 0 {
                // Rows of an earlier time, which are replaced.
                try Database(path: sandbox.path("out.db"), access: .create).execute(
                    """
                    CREATE TABLE events (id INTEGER PRIMARY KEY, "key" TEXT, amount REAL, note TEXT);
                    WITH RECURSIVE n(v) AS (SELECT 0 UNION ALL SELECT v + 1 FROM n LIMIT 50)
                    INSERT INTO events SELECT v, 'old', -1, 'old' FROM n;
                    """)
            }
            let keys = load == "upsert" ? ["--key", "id"] : []
            try executioner.run(
                ["copy", "input.jsonl", "sqlite:out.db#events", "--load", load] + keys, in: sandbox,
                longest: .milliseconds(250), statuses: [0]
            ) { try input.differences(table: "events", of: sandbox.path("out.db")) == [] && isOver(sandbox) }
            #expect(
                try input.differences(table: "events", of: sandbox.path("out.db")) == [], "seed \(executioner.seed)")
        }
        print("aCopyToATable \(load): \(executioner.kills) kills, seed \(executioner.seed)")
    }

    @Test(arguments: ["overwrite", "append"]) func aCopyToAFolder(load: String) throws {
        let sandbox = try Sandbox()
        let input = KillInput(records: 60_000, hasRejects: false)
        try input.writeCSV(to: sandbox)
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(5) {
            for name in ["out"] { try sandbox.remove(name) }
            try executioner.run(
                ["copy", "input.csv.gz", "out/", "--format", "jsonl", "--batch-size", "1000", "--load", load],
                in: sandbox, longest: .milliseconds(250), statuses: [0]
            ) {
                // All files can be visible before the list of them is, and before anything was saved at all.
                try isForgotten(sandbox.path("out/.cartload/state.db")) && leftovers(sandbox, in: "out") == []
                    && input.differences(lines: sandbox.shell("cat out/* 2>/dev/null || true")) == []
            }
            let hint: Comment = "seed \(executioner.seed), \(executioner.kills) kills"
            #expect(try input.differences(lines: sandbox.shell("cat out/*.jsonl")) == [], hint)
            try #require(try leftovers(sandbox, in: "out") == [], hint)
            #expect(sandbox.names("out").filter { !$0.hasPrefix(".") }.count == 60, hint)
        }
        print("aCopyToAFolder \(load): \(executioner.kills) kills, seed \(executioner.seed)")
    }

    /// Whether nothing is left to resume from, so that the copy had come to its end and would begin anew.
    private func isOver(_ sandbox: Sandbox) throws -> Bool {
        let database = try Database(path: sandbox.path("out.db"), access: .create)
        let name = "_cartload_checkpoints"
        guard try database.integer("SELECT 1 FROM sqlite_schema WHERE name = '\(name)'") != nil else { return true }
        return try database.integer("SELECT count(*) FROM \(name)") == 0
    }

    /// Whether a copy has forgotten its state, which is the last thing it does, but for removing the empty store.
    private func isForgotten(_ path: String) throws -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return true }
        let database = try Database(path: path, access: .create)
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'checkpoints'") ?? 0
        return try tables == 0 || database.integer("SELECT count(*) FROM checkpoints") == 0
    }

    private func leftovers(_ sandbox: Sandbox, in folder: String) throws -> [String] {
        sandbox.names(folder).filter { $0.hasSuffix(".cartload-part") }
    }

    /// The manifest lists exactly the files that are there, with the records that are in them.
    private func expectManifest(_ sandbox: Sandbox, _ hint: Comment) throws {
        let entries = try sandbox.text("out/.input.manifest.jsonl").split(separator: "\n")
            .map { try JSONValue(parsing: String($0)) }
        let names = entries.compactMap { $0["name"]?.stringValue }
        #expect(names.sorted() == sandbox.names("out").filter { !$0.hasPrefix(".") }, hint)
        for entry in entries.prefix(20) {
            let name = entry["name"]?.stringValue ?? ""
            let count = try sandbox.shell("gzip -dc 'out/\(name)' | wc -l")
            #expect(entry["records"]?.intValue == Int(count.filter(\.isNumber)), hint)
        }
    }
}
