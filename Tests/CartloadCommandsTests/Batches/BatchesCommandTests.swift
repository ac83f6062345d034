// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import CartloadCommands

@Suite struct BatchesCommandTests {
    @Test(arguments: BatchesCommand.commands.map { String($0.definition.name.dropFirst("batches ".count)) })
    func theHelpOfEachVerbIsGoldenAndTheSameBothWays(verb: String) async {
        let program = TestProgram()
        #expect(await program.run("help", "batches", verb) == 0)
        Golden.expect(program.standardOutput, is: "help/batches-\(verb).txt")
        let other = TestProgram()
        #expect(await other.run("batches", verb, "--help") == 0)
        #expect(other.standardOutput == program.standardOutput)
    }

    @Test(
        arguments: [
            ([], "usage.missing-argument"), (["nothing"], "usage.invalid-value"), (["run"], "usage.missing-argument"),
            (["run", "s"], "usage.missing-value"), (["run", "s", "--input", "x"], "usage.missing-value"),
            (["run", "s", "--input", "x", "--output", "-", "--json"], "usage.invalid-value"),
            (["run", "s", "--input", "x", "--output", "y", "--parameters", "[1]"], "usage.invalid-value"),
            (["run", "s", "--input", "x", "--output", "y", "--summary", "a:MEDIAN"], "usage.invalid-value"),
            (["run", "s", "--input", "x", "--output", "y", "--accuracy", "2"], "usage.invalid-value"),
            (["run", "s", "--input", "x", "--output", "y", "--lease", "0"], "usage.invalid-value"),
            (["status"], "usage.missing-argument"), (["create", "a/b", "--client-id", "x"], "batches.settings"),
            (["describe", "--url", "http://127.0.0.1:1", "--timeout", "x"], "usage.invalid-value"),
        ] as [([String], String)])
    func whatCannotBeMeantIsRefused(words: [String], code: String) async {
        let program = TestProgram()
        let status = await program.run(["batches"] + words)
        #expect(status == (code.hasPrefix("usage.") ? 2 : 1))
        #expect(program.standardError.contains("[\(code)]"), "\(program.standardError)")
    }

    @Test(arguments: ["output", "rejects"]) func theInputIsNotReplaced(option: String) async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("{\"value\":1}\n", to: "in.jsonl")
        let program = TestProgram()
        let output = option == "output" ? [] : ["--output", "\(path).out"]
        #expect(await program.run(["batches", "run", "a/b", "--input", path, "--\(option)", path] + output) == 2)
        #expect(program.standardError.contains("--\(option) would replace the input"), "\(program.standardError)")
    }

    @Test func secretsAreNotPrinted() async {
        let program = TestProgram(["CARTLOAD_TOKEN": "s3cret-token"])
        _ = await program.run("batches", "create", "s3cret-token", "--url", "http://127.0.0.1:1", "--timeout", "1s")
        #expect(!program.standardError.contains("s3cret-token"))
    }

    @Test func aDryRunShowsTheFirstChunkAndAsksNobody() async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("value,name\n1,a\n2,b\n3,c\n", to: "in.csv")
        let program = TestProgram()
        #expect(
            await program.run("batches", "run", "demo/double", "--input", path, "--chunk", "2", "--dry-run", "--json")
                == 0)
        #expect(
            program.standardOutput == """
                {"service":"demo/double","records":3,"chunks":2,"bytes":179,"rejected":0,"first_chunk":{"id":"1","data":\
                {"inputs":[{"value":1,"name":"a"},{"value":2,"name":"b"}],"parameters":{}},"size":2}}

                """)
    }
}
