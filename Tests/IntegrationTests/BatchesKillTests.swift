// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `cartload batches run`, killed at random moments and started again, and its server too: the outputs are those of a run
/// that nothing happened to, byte for byte (I1, I2, I3).
@Suite(.serialized) struct BatchesKillTests {
    /// Records of which some fail at the service and some are no JSON.
    private static func writeInput(_ count: Int, to sandbox: Sandbox) throws {
        var text = ""
        for index in 0..<count {
            switch index % 1000 {
            case 13: text += "{\"value\":\"none\",\"id\":\(index)}\n"
            case 77: text += "{\"value\":\(index),\n"
            default: text += "{\"value\":\(index),\"id\":\(index)}\n"
            }
        }
        try sandbox.write(text, to: "input.jsonl")
    }

    @Test(arguments: [
        ("out.jsonl", [], 30), ("out.csv.gz", ["--keep-input"], 12), ("out.jsonl.zst", ["--unordered"], 12),
    ])
    func aKilledRunWritesWhatAnUndisturbedOneWrites(output: String, options: [String], kills: Int) throws {
        let sandbox = try Sandbox()
        try BatchesKillTests.writeInput(40_000, to: sandbox)
        let server = try RunningServer(in: sandbox)
        func words(_ name: String) -> [String] {
            server.run("demo/double", "--input", "input.jsonl", "--output", name) + options
        }
        let whole = try Child(words("whole-\(output)"), in: sandbox)
        try #require(whole.wait() == .exit(3), "\(whole.said)")
        var executioner = Executioner()
        while executioner.kills < Executioner.wanted(kills) {
            for name in [output, "\(output).rejects.jsonl"] { try sandbox.remove(name) }
            try executioner.run(words(output), in: sandbox, longest: .milliseconds(900), statuses: [3])
            let hint: Comment = "seed \(executioner.seed), \(executioner.kills) kills"
            try expectSame(sandbox, output, isOrdered: !options.contains("--unordered"), hint)
            #expect(sandbox.names(".cartload/batches") == [], hint)
        }
        print("aKilledRun… \(output): \(executioner.kills) kills, seed \(executioner.seed)")
    }

    @Test func aRunGoesOnWhenItsServerIsKilledAndStartedAgain() throws {
        let sandbox = try Sandbox()
        try BatchesKillTests.writeInput(60_000, to: sandbox)
        let server = try RunningServer(in: sandbox)
        func words(_ name: String) -> [String] {
            server.run("demo/double", "--input", "input.jsonl", "--output", name, "--patience", "60s")
        }
        let whole = try Child(words("whole-out.jsonl"), in: sandbox)
        try #require(whole.wait() == .exit(3), "\(whole.said)")
        var executioner = Executioner()
        while server.kills < Executioner.wanted(10) {
            for name in ["out.jsonl", "out.jsonl.rejects.jsonl"] { try sandbox.remove(name) }
            let child = try Child(words("out.jsonl"), in: sandbox)
            for _ in 0..<3 where child.isRunning {
                Thread.sleep(forTimeInterval: executioner.random(0.05...0.6))
                if child.isRunning { try server.restart() }
            }
            #expect(child.wait() == .exit(3), "seed \(executioner.seed), \(server.kills) kills: \(child.said)")
            try expectSame(sandbox, "out.jsonl", isOrdered: true, "seed \(executioner.seed), \(server.kills) kills")
        }
        print("aRunGoesOn…: \(server.kills) kills of the server, seed \(executioner.seed)")
    }

    @Test func bothMayBeKilled() throws {
        let sandbox = try Sandbox()
        try BatchesKillTests.writeInput(40_000, to: sandbox)
        let server = try RunningServer(in: sandbox)
        let whole = try Child(
            server.run("demo/double", "--input", "input.jsonl", "--output", "whole-out.jsonl"), in: sandbox)
        try #require(whole.wait() == .exit(3), "\(whole.said)")
        let words = server.run("demo/double", "--input", "input.jsonl", "--output", "out.jsonl")
        var executioner = Executioner()
        var end = Child.End.signal(SIGKILL)
        while end == .signal(SIGKILL) {
            end = executioner.strike(try Child(words, in: sandbox), within: .milliseconds(900))
            if executioner.kills % 3 == 1 { try server.restart() }
            if executioner.kills == 12 { end = try Child(words, in: sandbox).wait() }
        }
        #expect(end == .exit(3), "seed \(executioner.seed)")
        try expectSame(sandbox, "out.jsonl", isOrdered: true, "seed \(executioner.seed)")
    }

    private func expectSame(_ sandbox: Sandbox, _ output: String, isOrdered: Bool, _ hint: Comment) throws {
        for name in [output, "\(output).rejects.jsonl"] {
            if isOrdered {
                let data = try Data(contentsOf: sandbox.folder.appending(path: name))
                let whole = try Data(contentsOf: sandbox.folder.appending(path: "whole-\(name)"))
                #expect(data == whole, hint)
            } else {
                let tool = name.hasSuffix(".zst") ? "zstd -dc" : "cat"
                let sorted = try ["", "whole-"].map { try sandbox.shell("\(tool) '\($0)\(name)' | sort | md5sum") }
                #expect(sorted[0] == sorted[1], hint)
            }
        }
    }
}
