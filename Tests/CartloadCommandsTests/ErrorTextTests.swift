// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import CartloadCommands

@Suite struct ErrorTextTests {
    @Test func whatWrongUseIsToldIsGolden() async {
        let lines = [
            ["cpy"], ["frobnicate"], ["--vers"], ["copy"], ["copy", "a"], ["copy", "a", "b", "c"],
            ["copy", "numbers:3", "shelf:a", "--selct", "x"], ["copy", "numbers:3", "shelf:a", "--load", "upset"],
            ["copy", "numbers:3", "shelf:a", "--batch-size", "0"], ["copy", "numbers:3", "shelf:a", "--key"],
            ["copy", "numbers:3", "shelf:a", "--json=1"], ["copy", "x.csv", "shelf:a"],
            ["copy", "shelf:a", "numbers:3"], ["copy", "numbers:3", "shelf:a", "--compression", "gzip"],
            ["copy", "numbers:3", "shelf:a", "--log-level", "loud"], ["connectors", "shelv"], ["help", "copie"],
            ["completions", "tcsh"], ["run", "no-such-flow.yaml"], ["copy", "numbers:3", "shelf:a"],
        ]
        var text = ""
        for words in lines {
            let program = TestProgram()
            let status = await program.run(words)
            text += "$ cartload \(words.joined(separator: " "))\n\(program.standardError)(\(status))\n\n"
            #expect(program.standardOutput.isEmpty)
        }
        Golden.expect(text, is: "errors/usage.txt")
    }

    @Test(arguments: ["nan", "inf", "1e300", "-5", "0", "soon"]) func aTimeThatCannotBeIsTold(time: String) async {
        let program = TestProgram()
        #expect(await program.run("serve", "--data", "none", "--idle-timeout", time) == 2)
        #expect(program.standardError.contains("--idle-timeout must be a time"))
    }

    @Test func aWrongLogLevelInTheEnvironmentIsTold() async {
        let program = TestProgram(["CARTLOAD_LOG_LEVEL": "verbose"])
        #expect(await program.run("version") == 2)
        #expect(program.standardError.contains("CARTLOAD_LOG_LEVEL cannot be \"verbose\""))
    }
}
