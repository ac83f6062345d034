// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import CartloadCommands

@Suite struct HelpTests {
    @Test func theProgramsHelpIsGolden() async {
        let program = TestProgram()
        #expect(await program.run("help") == 0)
        Golden.expect(program.standardOutput, is: "help/program.txt")
        let other = TestProgram()
        #expect(await other.run("--help") == 0)
        #expect(other.standardOutput == program.standardOutput)
    }

    @Test(arguments: Cartload.definitions.filter { !$0.isHidden }.map(\.name))
    func theHelpOfEachVerbIsGoldenAndTheSameBothWays(verb: String) async {
        let program = TestProgram()
        #expect(await program.run("help", verb) == 0)
        Golden.expect(program.standardOutput, is: "help/\(verb).txt")
        let other = TestProgram()
        #expect(await other.run(verb, "--help") == 0)
        #expect(other.standardOutput == program.standardOutput)
    }

    @Test func withoutAVerbHelpGoesToStandardErrorAndFails() async {
        let program = TestProgram()
        #expect(await program.run() == 2)
        #expect(program.standardOutput.isEmpty)
        #expect(program.standardError.hasPrefix("OVERVIEW:"))
    }

    @Test(arguments: [["version"], ["--version"]])
    func theVersionIsOneLine(words: [String]) async {
        let program = TestProgram()
        #expect(await program.run(words[0]) == 0)
        #expect(program.standardOutput == "cartload \(Cartload.version)\n")
    }
}
