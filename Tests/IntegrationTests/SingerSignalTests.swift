// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import Testing

/// SIGTERM to taps and targets: they stop cleanly, nobody can take that for the end, and the last STATE is true (I1).
@Suite(.serialized) struct SingerSignalTests {
    @Test(arguments: SingerLoad.allCases) func aTargetStopsWithATrueState(load: SingerLoad) throws {
        let sandbox = try Sandbox()
        let script = try SingerScript(.record, groups: 150)
        var executioner = Executioner()
        var stops = 0
        for _ in 0..<80 where stops < 3 {
            try load.prepare(sandbox, more: #","batch_size_rows":700"#)
            let child = try Child(
                ["target", load.connector, "--config", "target.json"], in: sandbox, input: script.messages(from: 0),
                output: SingerOutput.handle("states", in: sandbox))
            let end = stop(child, &executioner, within: 0.1)
            let hint: Comment = "seed \(executioner.seed), stop \(stops): \(end) \(child.said)"
            let output = try SingerOutput(sandbox.text("states"))
            #expect(!output.isCut, hint)
            let position = try output.states().last.flatMap(SingerScript.position) ?? 0
            try #require(end == .exit(143) || end == .exit(0) && position == script.groups, hint)
            if end == .exit(143) {
                stops += 1
                #expect(child.said.contains("Stopping"), hint)
            }
            #expect(try load.faults(script, in: sandbox, from: [0], to: position) == [], hint)
            let last = try Child(
                ["target", load.connector, "--config", "target.json"], in: sandbox,
                input: script.messages(from: position))
            #expect(last.wait() == .exit(0), "\(last.said)")
            #expect(try load.faults(script, in: sandbox, from: [0, position], to: script.groups) == [], hint)
        }
        #expect(stops > 0, "seed \(executioner.seed)")
    }

    @Test func aTargetThatWaitsForMessagesStops() throws {
        let sandbox = try Sandbox()
        try SingerLoad.tableAppend.prepare(sandbox, more: #","batch_wait_limit_seconds":3600"#)
        let pipe = Pipe()
        let child = try Child(
            ["target", "sqlite", "--config", "target.json"], in: sandbox, input: pipe.fileHandleForReading,
            output: SingerOutput.handle("states", in: sandbox))
        let messages = [
            SingerScript.schema("orders"), SingerScript.state(0),
            #"{"type":"RECORD","stream":"orders","record":\#(SingerScript.record(1))}"# + "\n", SingerScript.state(1),
        ]
        // The first STATE needs nothing to be durable and shows that the target is reading.
        try pipe.fileHandleForWriting.write(contentsOf: Data(messages[..<2].joined().utf8))
        while child.isRunning, try sandbox.text("states").isEmpty { Thread.sleep(forTimeInterval: 0.005) }
        try pipe.fileHandleForWriting.write(contentsOf: Data(messages[2...].joined().utf8))
        while child.isRunning, !child.catches(SIGTERM) { Thread.sleep(forTimeInterval: 0.005) }
        child.send(SIGTERM)
        #expect(child.wait() == .exit(143), "\(child.said)")
        let position = try SingerOutput(sandbox.text("states")).states().last.flatMap(SingerScript.position) ?? 0
        #expect(try SingerLoad.tableAppend.records(of: "orders", in: sandbox).count >= position)
    }

    @Test(arguments: SingerTapInput.Source.allCases, SingerScript.Form.allCases)
    func aTapStopsWithATrueState(source: SingerTapInput.Source, form: SingerScript.Form) throws {
        let sandbox = try Sandbox()
        let input = try SingerTapInput(source, form, in: sandbox)
        var executioner = Executioner()
        var stops = 0
        for _ in 0..<80 where stops < 3 {
            for name in ["state.json", "batches"] { try sandbox.remove(name) }
            let child = try Child(input.command, in: sandbox, output: SingerOutput.handle("messages", in: sandbox))
            let end = stop(child, &executioner, within: 0.05)
            let hint: Comment = "seed \(executioner.seed), stop \(stops): \(end) \(child.said)"
            try #require(end == .exit(143) || end == .exit(0), hint)
            let output = try SingerOutput(sandbox.text("messages"))
            if end == .exit(143) { stops += 1 }
            #expect(!output.isCut, hint)
            #expect(try input.damagedFiles(output) == [], hint)
            #expect(sandbox.names("batches").allSatisfy { $0.hasSuffix(".gz") }, hint)
            let (before, after) = try input.numbers(output)
            let reached = try input.reached(output) ?? 0
            #expect(Set(before).isSuperset(of: 0..<reached), hint)
            // Clean is more than true: nothing comes again that was sent.
            #expect(before.count + after.count == reached, hint)
            if let state = try output.lastStateValue() { try sandbox.write(state.description, to: "state.json") }
            let last = try Child(input.command, in: sandbox, output: SingerOutput.handle("messages", in: sandbox))
            #expect(last.wait() == .exit(0), "\(last.said)")
            let rest = try input.numbers(SingerOutput(sandbox.text("messages")))
            guard reached < SingerTapInput.records else { continue }
            #expect((rest.before + rest.after).sorted() == Array(reached..<SingerTapInput.records), hint)
        }
        #expect(stops > 0, "seed \(executioner.seed)")
    }

    /// Sends SIGTERM at a random moment after the program can take it.
    private func stop(_ child: Child, _ executioner: inout Executioner, within seconds: Double) -> Child.End {
        while child.isRunning, !child.catches(SIGTERM) { Thread.sleep(forTimeInterval: 0.001) }
        Thread.sleep(forTimeInterval: executioner.random(0...seconds))
        child.send(SIGTERM)
        return child.wait()
    }
}
