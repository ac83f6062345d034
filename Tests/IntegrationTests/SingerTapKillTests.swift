// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import SQLiteDatabase
import Testing

/// `kill -9` of a tap at random moments: its messages up to there go into a target, and the tap again from the last STATE
/// that the target printed, as an orchestrator does (I1, I2).
@Suite(.serialized) struct SingerTapKillTests {
    @Test(arguments: SingerTapInput.Source.allCases, SingerScript.Form.allCases)
    func aTapGoesOnFromItsLastState(source: SingerTapInput.Source, form: SingerScript.Form) throws {
        let sandbox = try Sandbox()
        let input = try SingerTapInput(source, form, in: sandbox)
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(13) {
            for name in ["state.json", "batches"] { try sandbox.remove(name) }
            try SingerLoad.tableAppend.prepare(sandbox, roots: [sandbox.path("batches")])
            var sent = [Int](repeating: 0, count: SingerTapInput.records)
            var reached = 0
            var runs = 0
            var end: Child.End
            repeat {
                runs += 1
                let child = try Child(
                    input.command, in: sandbox, output: SingerOutput.handle("messages", in: sandbox))
                end = executioner.strike(child, within: .milliseconds(110) * (20 + runs) / 20)
                let hint: Comment = "seed \(executioner.seed), \(executioner.kills) kills, run \(runs): \(child.said)"
                #expect(end == .signal(SIGKILL) || end == .exit(0), hint)
                let output = try SingerOutput(sandbox.text("messages"))
                try #require(try input.damagedFiles(output) == [], hint)
                let (before, after) = try input.numbers(output)
                // What a STATE covers does not come again; three rows of the table share each value of the bookmark.
                try #require((before + after).allSatisfy { $0 >= reached }, "\(reached) was reached before; \(hint)")
                for number in before { sent[number] += 1 }
                reached = try input.reached(output) ?? reached
                try #require(sent[..<reached].firstIndex(of: 0) == nil, "\(reached) is not true; \(hint)")
                for number in after { sent[number] += 1 }
                try load(output, sandbox, hint)
            } while end == .signal(SIGKILL) && reached < SingerTapInput.records
            let hint: Comment = "seed \(executioner.seed), \(executioner.kills) kills, \(runs) runs"
            try #require(sent.firstIndex(of: 0) == nil, hint)
            var loaded = [Int](repeating: 0, count: SingerTapInput.records)
            for record in try SingerLoad.tableAppend.records(of: "events", in: sandbox) { loaded[record.key] += 1 }
            try #require(loaded == sent, hint)
            if form == .batch, end == .exit(0) {
                let left = sandbox.names("batches").filter { $0.hasSuffix(".cartload-part") }
                try #require(left == [], hint)
            }
        }
        print("aTap… \(source) \(form): \(executioner.kills) kills, seed \(executioner.seed)")
    }

    /// Both ends of a pipe at the same moment.
    @Test(arguments: SingerTapInput.Source.allCases, SingerScript.Form.allCases)
    func aPipeOfTapAndTargetLosesNothing(source: SingerTapInput.Source, form: SingerScript.Form) throws {
        let sandbox = try Sandbox()
        let input = try SingerTapInput(source, form, in: sandbox)
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(4) {
            for name in ["state.json", "batches"] { try sandbox.remove(name) }
            try SingerLoad.tableUpsert.prepare(
                sandbox, roots: [sandbox.path("batches")], more: #","keys":["id"],"batch_size_rows":700"#)
            var runs = 0
            var ends: [Child.End]
            repeat {
                runs += 1
                let pipe = Pipe()
                let tap = try Child(
                    input.command,
                    in: sandbox, output: pipe.fileHandleForWriting)
                try pipe.fileHandleForWriting.close()
                let target = try Child(
                    ["target", "sqlite", "--config", "target.json"], in: sandbox, input: pipe.fileHandleForReading,
                    output: SingerOutput.handle("states", in: sandbox))
                try pipe.fileHandleForReading.close()
                ends = executioner.strike([target, tap], within: .milliseconds(200) * (20 + runs) / 20)
                let hint: Comment = "seed \(executioner.seed), run \(runs): \(ends) \(target.said) \(tap.said)"
                // The target dies first: the tap may still find that nobody reads.
                let hasNoReader = ends == [.signal(SIGKILL), .exit(1)] && tap.said.contains("Broken pipe")
                try #require(hasNoReader || ends.allSatisfy { $0 == .signal(SIGKILL) || $0 == .exit(0) }, hint)
                if let state = try SingerOutput(sandbox.text("states")).lines.last {
                    try sandbox.write(state, to: "state.json")
                }
            } while ends != [.exit(0), .exit(0)]
            let loaded = try SingerLoad.tableUpsert.records(of: "events", in: sandbox).map(\.key).sorted()
            try #require(
                loaded == Array(0..<SingerTapInput.records),
                "seed \(executioner.seed), \(executioner.kills) kills, \(runs) runs")
        }
        print("aPipe… \(source) \(form): \(executioner.kills) kills, seed \(executioner.seed)")
    }

    /// Has a target load what came out, and keeps the last STATE that it prints.
    private func load(_ output: SingerOutput, _ sandbox: Sandbox, _ hint: Comment) throws {
        let target = try Child(
            ["target", "sqlite", "--config", "target.json", "--input", "messages"], in: sandbox,
            output: SingerOutput.handle("states", in: sandbox))
        #expect(target.wait() == .exit(output.isCut ? 1 : 0), "\(target.said); \(hint)")
        let state = try SingerOutput(sandbox.text("states")).states().last
        #expect(try state == output.lastStateValue(), "\(target.said); \(hint)")
        if let state { try sandbox.write(state.description, to: "state.json") }
    }
}
