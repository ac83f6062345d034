// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import Testing

/// What can come between a run and its end, other than being killed.
@Suite(.serialized) struct BatchesRunTests {
    private let sandbox: Sandbox
    private let server: RunningServer
    private let expected: String

    init() throws {
        sandbox = try Sandbox()
        server = try RunningServer(in: sandbox)
        let numbers = 0..<400
        // A few milliseconds for each record: there is time to come between.
        try sandbox.write(numbers.map { "{\"value\":\($0),\"milliseconds\":5}\n" }.joined(), to: "input.jsonl")
        let whole = try Child(
            server.run("demo/sleep", "--input", "input.jsonl", "--output", "whole.jsonl", "--chunk", "10"), in: sandbox)
        try #require(whole.wait() == .exit(0), "\(whole.said)")
        expected = try sandbox.text("whole.jsonl")
    }

    private func words(_ more: String...) -> [String] {
        server.run("demo/sleep", "--input", "input.jsonl", "--output", "out.jsonl", "--chunk", "10") + more
    }

    /// Starts a run and waits until some of its output is durable.
    private func started() throws -> Child {
        let child = try Child(words(), in: sandbox)
        for _ in 0..<2000 where child.isRunning {
            if let state = try state(), state["next"]?.intValue ?? 0 > 0, child.catches(SIGINT) { return child }
            usleep(5_000)
        }
        Issue.record("nothing became durable: \(child.said)")
        return child
    }

    private func state() throws -> JSONValue? {
        guard let name = sandbox.names(".cartload/batches").first(where: { $0.hasSuffix(".json") }) else { return nil }
        return try? JSONValue(parsing: sandbox.text(".cartload/batches/\(name)"))
    }

    private func expectDone(_ child: Child) throws {
        #expect(child.wait() == .exit(0), "\(child.said)")
        #expect(try sandbox.text("out.jsonl") == expected)
        #expect(sandbox.names(".cartload/batches") == [])
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func anInterruptedRunGoesOnWithTheSameCommand(signal: Int32, status: Int32) throws {
        let child = try started()
        child.send(signal)
        #expect(child.wait() == .exit(status), "\(child.said)")
        #expect(child.said.contains("goes on on the server; the same command goes on from here."), "\(child.said)")
        #expect(!sandbox.exists("out.jsonl"))
        try expectDone(Child(words(), in: sandbox))
    }

    @Test func anInterruptedRunCanCancelItsPipeline() throws {
        let child = try Child(words("--on-interrupt", "cancel"), in: sandbox)
        while child.isRunning, try state()?["next"]?.intValue ?? 0 == 0 || !child.catches(SIGINT) { usleep(5_000) }
        child.send(SIGINT)
        #expect(child.wait() == .exit(130), "\(child.said)")
        #expect(child.said.contains("is cancelled"), "\(child.said)")
        let next = try Child(words(), in: sandbox)
        try expectDone(next)
        #expect(next.said.contains("is cancelled; another one takes what is missing"), "\(next.said)")
    }

    @Test func aPipelineThatSomebodyCancelsEndsTheRunAndTheNextOneGoesOn() throws {
        let child = try started()
        let id = try #require(try state()?["pipeline"]?.stringValue)
        let cancel = try Child(["batches", "cancel", id, "--url", server.url], in: sandbox)
        #expect(cancel.wait() == .exit(0), "\(cancel.said)")
        #expect(child.wait() == .exit(1))
        #expect(child.said.contains("[batches.cancelled]"), "\(child.said)")
        try expectDone(Child(words(), in: sandbox))
    }

    @Test func aServerThatForgetsThePipelineGetsWhatIsMissing() throws {
        let child = try started()
        try server.replace()
        try expectDone(child)
        #expect(child.said.contains("another one takes what is missing"), "\(child.said)")
    }

    @Test func aChangedInputIsRefused() throws {
        let child = try started()
        child.send(SIGKILL)
        _ = child.wait()
        try sandbox.write("{\"value\":1,\"milliseconds\":0}\n", to: "input.jsonl")
        let next = try Child.run("batches", "run", "x", in: sandbox)
        #expect(next.end == .exit(2))
        let changed = try Child(words(), in: sandbox)
        #expect(changed.wait() == .exit(1))
        #expect(changed.said.contains("[batches.input-changed]"), "\(changed.said)")
        let fresh = try Child(words("--fresh"), in: sandbox)
        #expect(fresh.wait() == .exit(0), "\(fresh.said)")
        #expect(try sandbox.text("out.jsonl").split(separator: "\n").count == 1)
    }

    @Test func anotherServiceIntoTheSameOutputIsRefusedAndNothingIsLost() throws {
        let child = try started()
        child.send(SIGKILL)
        _ = child.wait()
        let other = try Child(
            server.run("demo/double", "--input", "input.jsonl", "--output", "out.jsonl", "--chunk", "10"), in: sandbox)
        #expect(other.wait() == .exit(1))
        #expect(other.said.contains("runs demo/sleep, not demo/double [batches.another-run]"), "\(other.said)")
        try expectDone(Child(words(), in: sandbox))
    }

    @Test func aResultOfSomebodyElsesChunkIsAnErrorAndNothingIsLost() throws {
        let child = try started()
        let id = try #require(try state()?["pipeline"]?.stringValue)
        try sandbox.write("{\"value\":1,\"milliseconds\":0}\n", to: "other.jsonl")
        let push = try Child(["batches", "push", id, "--url", server.url, "--input", "other.jsonl"], in: sandbox)
        let pushed = push.wait()
        guard pushed == .exit(0) else { return }  // the run had closed it already
        #expect(child.wait() == .exit(1), "\(child.said)")
        #expect(child.said.contains("[batches.unknown-result]"), "\(child.said)")
        #expect(try state()?["next"]?.intValue ?? 0 > 0)
        let fresh = try Child(words("--fresh"), in: sandbox)
        try expectDone(fresh)
    }

    @Test func twoRunsIntoOneFileAreRefused() throws {
        let child = try started()
        let other = try Child(words(), in: sandbox)
        #expect(other.wait() == .exit(1))
        #expect(other.said.contains("[storage.in-use]"), "\(other.said)")
        try expectDone(child)
    }

    @Test func aServerThatStaysAwayEndsTheRunAfterItsPatience() throws {
        let words = [
            "batches", "run", "demo/sleep", "--url", "http://127.0.0.1:1", "--input", "input.jsonl", "--output",
            "out.jsonl", "--patience", "500ms",
        ]
        let child = try Child(words, in: sandbox)
        #expect(child.wait() == .exit(1))
        #expect(child.said.contains("[batches.unavailable]"), "\(child.said)")
    }
}
