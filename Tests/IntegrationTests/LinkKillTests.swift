// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import SQLiteDatabase
import Testing

/// `kill -9` of links at random moments: no record is lost, none is there twice (I1, I2, I3).
@Suite(.serialized) struct LinkKillTests {
    @Test func aLinkToATableAndAFileLosesAndRepeatsNothing() throws {
        let sandbox = try Sandbox()
        let input = KillInput(records: 60_000, hasRejects: false)
        try input.write(to: sandbox)
        try sandbox.write(
            """
            inlets:
              - files: {path: input.jsonl, batch: {records: 700}}
              - {name: nothing, files: {path: "none*.jsonl"}}
            batchers: [{by: key}, {records: 100}]
            outlets:
              - sqlite: {path: out.db, table: events}
              - files: {path: "out/{key}-{n}.jsonl.gz"}
                batch: {by: key, records: 1000}
            gather: 30kB
            checkpoint: {records: 500}
            schedule: {manual: true}
            """, to: "link.yaml")
        try sandbox.write("", to: "none.jsonl")
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(20) {
            for name in [".cartload", "out", "out.db", "out.db-wal", "out.db-shm", "out.db-journal"] {
                try sandbox.remove(name)
            }
            try executioner.run(
                ["run", "link.yaml", "--once"], in: sandbox, longest: .milliseconds(400), statuses: [0])
            let hint: Comment = "seed \(executioner.seed), \(executioner.kills) kills"
            #expect(try input.differences(table: "events", of: sandbox.path("out.db")) == [], hint)
            #expect(try input.differences(lines: sandbox.shell("gzip -dc out/*.gz")) == [], hint)
        }
        print("aLinkToATableAndAFile…: \(executioner.kills) kills, seed \(executioner.seed)")
    }

    @Test(arguments: ["everything", "exact"]) func aBufferInAFileLosesAndRepeatsNothing(release: String) throws {
        let sandbox = try Sandbox()
        let input = KillInput(records: 20_000, hasRejects: false)
        try input.write(to: sandbox)
        try sandbox.write(
            """
            source: {files: {path: input.jsonl, batch: {records: 700}}}
            buffer: {records: 900, release: \(release), file: held.db}
            batchers: [{by: key}]
            destination: {sqlite: {path: out.db, table: events}}
            schedule: {every: 20ms}
            """, to: "link.yaml")
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(10) {
            for name in [".cartload", "held.db", "held.db-wal", "held.db-shm", "out.db", "out.db-wal", "out.db-shm"] {
                try sandbox.remove(name)
            }
            for _ in 0..<4 {
                let child = try Child(["run", "link.yaml"], in: sandbox)
                _ = executioner.strike(child, within: .milliseconds(500))
            }
            // What is held still goes at the end.
            let last = try Child(["run", "link.yaml", "--once"], in: sandbox)
            #expect(last.wait() == .exit(0), "\(last.said)")
            #expect(
                try input.differences(table: "events", of: sandbox.path("out.db")) == [],
                "seed \(executioner.seed), \(executioner.kills) kills")
        }
        print("aBufferInAFile \(release): \(executioner.kills) kills, seed \(executioner.seed)")
    }
}
