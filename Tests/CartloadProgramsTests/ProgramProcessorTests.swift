// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadProcess
import CartloadPrograms
import CartloadTesting
import Testing

@Suite struct ProgramProcessorTests {
    private func batch(_ texts: [String]) -> RecordBatch {
        RecordBatch(.rows(Rows(texts)), origin: Location(source: "test", record: 1))
    }

    private func texts(_ batch: RecordBatch) throws -> [String] {
        try batch.records().map { JSONValue.object($0.object).description }
    }

    private func make(_ name: String, _ value: JSONValue) throws -> any Processor {
        try Processors.make(name, value, among: Processors.all + Processors.programs)
    }

    // MARK: jq

    @Test(
        arguments: [
            ("{id, name: .user.name}", ["{\"id\":1,\"name\":\"Zoë\"}", "{\"id\":2,\"name\":null}"]),
            ("select(.id > 1) | del(.user)", ["{\"id\":2}"]), ("empty", []), ("null", []),
            (
                ".extra = (.id * 2) # twice",
                [
                    "{\"id\":1,\"user\":{\"name\":\"Zoë\"},\"extra\":2}", "{\"id\":2,\"extra\":4}",
                ]
            ),
            ("def twice: . * 2;\n{id: (.id | twice)}", ["{\"id\":2}", "{\"id\":4}"]),
            ("{env: (env | length), path: $ENV.PATH}", ["{\"env\":0,\"path\":null}", "{\"env\":0,\"path\":null}"]),
            ("{text: \"a\\nb\"}", ["{\"text\":\"a\\nb\"}", "{\"text\":\"a\\nb\"}"]),
        ] as [(String, [String])])
    func aProgramOfJQMakesRecords(program: String, expected: [String]) throws {
        var diagnostics = Diagnostics()
        let result = try make("jq", .string(program)).process(
            batch(["{\"id\":1,\"user\":{\"name\":\"Zoë\"}}", "{\"id\":2}"]), &diagnostics)
        #expect(try texts(result) == expected)
        #expect(diagnostics.isEmpty)
    }

    @Test func oneRecordBecomesSeveralOnlyIfThatIsWanted() throws {
        let program = "{id, tag: .tags[]}"
        let input = batch([
            "{\"id\":1,\"tags\":[\"a\",\"b\"]}", "{\"id\":2,\"tags\":[]}", "{\"id\":3,\"tags\":[\"c\"]}",
        ])
        var diagnostics = Diagnostics()
        let many = try make("jq", ["program": .string(program), "many": true]).process(input, &diagnostics)
        #expect(try texts(many) == [#"{"id":1,"tag":"a"}"#, #"{"id":1,"tag":"b"}"#, #"{"id":3,"tag":"c"}"#])
        #expect(diagnostics.isEmpty)
        let one = try make("jq", .string(program)).process(input, &diagnostics)
        #expect(try texts(one) == [#"{"id":3,"tag":"c"}"#])
        #expect(diagnostics.rejects.map(\.code) == [.jqOutput])
        #expect(diagnostics.rejects.first?.record?.text.hasPrefix("{\"id\":1") == true)
    }

    @Test(
        arguments: [
            ("if .id == 2 then error(\"no twos\") else . end", "no twos", "jq.failed"),
            ("if .id == 2 then .id.x else . end", "Cannot index number", "jq.failed"),
            ("if .id == 2 then error({a: 1}) else . end", "{\"a\":1}", "jq.failed"),
            ("if .id == 2 then 5 else . end", "5 is no object", "jq.output"),
            ("if .id == 2 then \"text\" else . end", "\"text\" is no object", "jq.output"),
        ])
    func whatJQCannotWorkOnIsABadRecord(program: String, message: String, code: String) throws {
        var diagnostics = Diagnostics()
        let processor = try make("jq", .string(program))
        let result = try processor.process(batch(["{\"id\":1}", "{\"id\":2}", "{\"id\":3}"]), &diagnostics)
        #expect(try texts(result) == ["{\"id\":1}", "{\"id\":3}"])
        #expect(diagnostics.rejects.count == 1)
        #expect(diagnostics.rejects.first?.code.rawValue == code)
        #expect(diagnostics.rejects.first?.message.contains(message) == true, "\(diagnostics.rejects)")
        #expect(diagnostics.rejects.first?.location.record == 2)
        // The same child goes on.
        #expect(try texts(processor.process(batch(["{\"id\":4}"]), &diagnostics)) == ["{\"id\":4}"])
    }

    @Test(arguments: ["{", ".a |", "nothing_such(1)", ") | (", "import \"x\" as x; ."])
    func aProgramThatCannotBeCompiledIsRefused(program: String) throws {
        let error = #expect(throws: CartloadError.self) { _ = try make("jq", .string(program)) }
        #expect(error?.code == .jqProgram)
        #expect(error?.message.contains("jq cannot compile the program: ") == true, "\(String(describing: error))")
    }

    @Test(
        arguments: [
            ("last(range(1e18))", "process.timed-out"), ("halt", "process."),
            ("[limit(200000000; repeat(1))] | {a: length}", "process."), ("input", "process.timed-out"),
        ])
    func aProgramOfJQThatRunsWildIsAnError(program: String, code: String) async throws {
        let processor = try make(
            "jq", ["program": .string(program), "timeout": 1, "memory_bytes": .int(200 << 20)])
        var diagnostics = Diagnostics()
        let error = await failure { _ = try processor.process(batch(["{\"id\":1}"]), &diagnostics) }
        #expect(error?.code.rawValue.hasPrefix(code) == true, "\(String(describing: error))")
    }

    @Test func blocksOfAnySizeComeThroughInOrder() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let processor = try make("jq", "{id, twice: (.id * 2)}")
        var first = 0
        for _ in 0..<10 {
            let count = Int.random(in: 0...20_000, using: &random)
            var diagnostics = Diagnostics()
            let input = batch(
                (first..<first + count).map { "{\"id\":\($0),\"pad\":\"\(String(repeating: "x", count: $0 % 50))\"}" })
            let ids = try processor.process(input, &diagnostics).records().map { $0.int("twice") }
            #expect(ids == (first..<first + count).map { 2 * $0 }, "seed \(seed)")
            first += count
        }
    }

    // MARK: exec

    @Test func aLineOfAnswerForEachLine() throws {
        let folder = try ScriptFolder()
        // The answers to records 0, 1, 2 … are of every kind there is.
        try folder.write("answers", "{\"a\":1}\nnull\n\n[{\"b\":1},{\"b\":2}]\n\"too old\"\n[]\n7\n{\"z\":1.50}\n")
        let processor = ExecProcessor(
            folder.shell("exec 3< answers; while read -r line; do read -r answer <&3; printf '%s\\n' \"$answer\"; done")
        )
        var diagnostics = Diagnostics()
        let result = try processor.process(batch((0..<8).map { "{\"id\":\($0)}" }), &diagnostics)
        #expect(try texts(result) == ["{\"a\":1}", "{\"b\":1}", "{\"b\":2}", "{\"z\":1.50}"])
        #expect(diagnostics.rejects.map(\.message) == ["too old", "7 is no object"])
        #expect(diagnostics.rejects.map(\.code.rawValue) == ["program.rejected", "program.answer"])
        #expect(diagnostics.rejects.map { $0.record?.text } == ["{\"id\":4}", "{\"id\":6}"])
    }

    @Test func aSelectionIsAllThatIsSent() throws {
        let folder = try ScriptFolder()
        let processor = try make("exec", ["command": ["cat"], "directory": .string(folder.path)])
        var input = batch((0..<6).map { "{\"id\":\($0)}" })
        input.selection = .rows([1, 4])
        var diagnostics = Diagnostics()
        #expect(try texts(processor.process(input, &diagnostics)) == ["{\"id\":1}", "{\"id\":4}"])
    }

    @Test(
        arguments: [
            ("read -r line; echo 'cannot connect' >&2; exit 3", "process.failed", "cannot connect"),
            ("read -r line; kill -9 $$", "process.killed", ""), ("cat > /dev/null; exit 0", "process.timed-out", ""),
            ("sleep 600", "process.timed-out", ""), ("exit 0", "process.", ""),
            ("while read -r l; do echo '{}'; echo '{}'; done", "program.answer", "more lines"),
            ("while read -r l; do echo 'oops'; done", "program.answer", "oops"),
            ("yes '{}'", "pro", ""),
        ])
    func aProgramThatBreaksOrHangsIsAnError(script: String, code: String, said: String) async throws {
        let folder = try ScriptFolder()
        let limit: Duration = ["process.timed-out", "pro"].contains(code) ? .milliseconds(500) : .seconds(120)
        for count in [2, 20_000] {
            let processor = ExecProcessor(folder.shell(script, timeout: limit))
            var diagnostics = Diagnostics()
            let input = batch((0..<count).map { "{\"id\":\($0)}" })
            // A line too many may come only after its batch was answered.
            let error = await failure {
                for _ in 0..<1000 { _ = try processor.process(input, &diagnostics) }
            }
            #expect(error?.code.rawValue.hasPrefix(code) == true, "\(count): \(String(describing: error))")
            #expect(error?.description.contains(said) == true, "\(count): \(String(describing: error))")
        }
    }

    @Test func aFlowOfSeveralWorkersKeepsTheOrder() async throws {
        let source = MemorySource("s", (0..<20).map { block in batch((0..<50).map { "{\"id\":\(block * 50 + $0)}" }) })
        let destination = MemoryDestination()
        let processors = [try make("jq", ".seen = 1"), try make("exec", ["command": "cat"])]
        try await FlowRun(
            Link("order", source: source, processors: processors, outlets: [Outlet("memory", destination)])
        ).run()
        #expect(destination.records(of: "s").compactMap { $0["id"]?.intValue } == Array(0..<1000))
        #expect(destination.records(of: "s").allSatisfy { $0["seen"] == 1 })
    }
}
