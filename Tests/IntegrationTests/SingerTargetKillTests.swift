// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import Testing

/// `kill -9` of a target at random moments, and again from the last STATE it printed, as an orchestrator does (I1, I2).
@Suite(.serialized) struct SingerTargetKillTests {
    /// Made once: that takes longer than a run.
    private static let records = Result { try SingerScript(.record, groups: 200) }
    private static let batches = Result { try SingerScript(.batch, groups: 200) }

    @Test(arguments: SingerLoad.allCases, SingerScript.Form.allCases)
    func aTargetLosesNothingThatAStateCovers(load: SingerLoad, form: SingerScript.Form) throws {
        let sandbox = try Sandbox()
        let script = try (form == .record ? Self.records : Self.batches).get()
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(7) {
            try load.prepare(sandbox, roots: [script.batches], more: #","batch_size_rows":700"#)
            var position = 0
            /// Where the runs began.
            var starts: [Int] = []
            var end: Child.End
            repeat {
                starts.append(position)
                let child = try Child(
                    ["target", load.connector, "--config", "target.json"], in: sandbox,
                    input: script.messages(from: position), output: SingerOutput.handle("states", in: sandbox))
                end = executioner.strike(child, within: .milliseconds(200) * (20 + starts.count) / 20)
                let hint: Comment =
                    "seed \(executioner.seed), \(executioner.kills) kills, from \(starts): \(child.said)"
                let states = try SingerOutput(sandbox.text("states")).states().map(SingerScript.position)
                #expect(states == states.sorted { $0 ?? -1 < $1 ?? -1 }, hint)
                if let last = states.last { position = try #require(last, hint) }
                #expect(end == .signal(SIGKILL) || end == .exit(0) && position == script.groups, hint)
                // Looking at a database mends it; every other time that is left to the target.
                if executioner.kills % 2 == 0, end == .signal(SIGKILL) {
                    try #require(try load.faults(script, in: sandbox, from: starts, to: position) == [], hint)
                    try #require(try load.halfFiles(in: sandbox, isOver: false) == [], hint)
                }
            } while end == .signal(SIGKILL) && position < script.groups
            let hint: Comment = "seed \(executioner.seed), \(executioner.kills) kills, from \(starts)"
            try #require(try load.faults(script, in: sandbox, from: starts, to: position) == [], hint)
            try #require(try load.halfFiles(in: sandbox, isOver: end == .exit(0)) == [], hint)
            if load.connector == "files", end == .exit(0) {
                try #require(sandbox.names("out").filter { $0.hasSuffix(".cartload-part") } == [], hint)
            }
        }
        print("aTarget… \(load) \(form): \(executioner.kills) kills, seed \(executioner.seed)")
    }

    /// A STATE that is stuck in a full pipe when its target dies: its records are there and come again, all of them.
    @Test(arguments: [SingerLoad.tableAppend, .tableUpsert, .files, .oneFile])
    func aStateThatNobodyReadIsNotTakenForGiven(load: SingerLoad) throws {
        let sandbox = try Sandbox()
        let script = try SingerScript(.record, groups: 60)
        try load.prepare(sandbox, more: #","batch_size_rows":100"#)
        let pipe = Pipe()
        let filling = pipe.fileHandleForWriting.fileDescriptor
        #expect(fcntl(filling, F_SETFL, O_NONBLOCK) == 0)
        let line = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 12)
        while write(filling, line, line.count) > 0 {}
        #expect(fcntl(filling, F_SETFL, 0) == 0)
        let child = try Child(
            ["target", load.connector, "--config", "target.json"], in: sandbox, input: script.messages(from: 0),
            output: pipe.fileHandleForWriting)
        while child.isRunning, try load.records(of: "orders", in: sandbox).isEmpty {
            Thread.sleep(forTimeInterval: 0.01)
        }
        child.send(SIGKILL)
        #expect(child.wait() == .signal(SIGKILL))
        let stuck = try load.records(of: "orders", in: sandbox).count
        let last = try Child(
            ["target", load.connector, "--config", "target.json"], in: sandbox, input: script.messages(from: 0))
        #expect(last.wait() == .exit(0), "\(last.said)")
        #expect(try load.faults(script, in: sandbox, from: [0, 0], to: script.groups) == [])
        if load != .tableUpsert {
            #expect(
                try load.records(of: "orders", in: sandbox).count == stuck + script.groups * SingerScript.size)
        }
    }
}
