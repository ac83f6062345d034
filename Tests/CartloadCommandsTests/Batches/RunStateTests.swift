// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import Testing

@testable import CartloadCommands

@Suite struct RunStateTests {
    @Test func aStateIsReadAsItWasWritten() throws {
        let folder = try TemporaryDirectory()
        try folder.write("x", to: "input")
        var state = RunState(key: "k", input: try InputMark(of: folder.path("input")))
        state.pipeline = "p"
        state.isAllPushed = true
        state.next = 7
        state.position = Position(byte: 10, line: 2, record: 2)
        state.written = [9, 11]
        state.outputBytes = 100
        state.rejectBytes = 3
        state.fields = ["a", "b"]
        state.counts.records = 12
        state.pipelineCount = 2
        let file = try RunStateFile(directory: folder.path("state"), output: "/x/out.jsonl")
        #expect(try file.load() == nil)
        try file.save(state)
        #expect(try file.load() == state)
        file.remove()
        #expect(try file.load() == nil)
    }

    @Test(arguments: ["", "[]", "{\"version\":2}", "{\"version\":1,\"key\":\"k\"}"])
    func whatIsNoStateIsRefused(text: String) throws {
        let folder = try TemporaryDirectory()
        let file = try RunStateFile(directory: folder.path("state"), output: "out")
        try folder.write(text, to: String(file.path.dropFirst(folder.path("").count)))
        #expect { try file.load() } throws: { ($0 as? CartloadError)?.code.rawValue == "batches.state" }
    }

    @Test func anInputThatChangedIsRefused() throws {
        let folder = try TemporaryDirectory()
        try folder.write("one\n", to: "input")
        let earlier = try InputMark(of: folder.path("input"))
        try earlier.check(against: earlier, "input")
        try folder.write("one\ntwo\n", to: "input")
        let later = try InputMark(of: folder.path("input"))
        #expect { try later.check(against: earlier, "input") } throws: {
            ($0 as? CartloadError)?.code.rawValue == "batches.input-changed"
        }
    }

    @Test(arguments: ["", "0", "01", "-1", "x", "1x"]) func onlyIDsOfOursAreChunks(id: String) {
        #expect(RunChunk.index(id) == nil)
        #expect(RunChunk.index(RunChunk.id(41)) == 41)
    }
}
