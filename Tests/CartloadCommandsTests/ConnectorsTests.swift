// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import TestSupport
import Testing

@testable import CartloadCommands

@Suite struct ConnectorsTests {
    @Test func listsAndDescriptionsAreGolden() async {
        var text = ""
        for words in [["connectors"], ["connectors", "numbers"], ["connectors", "shelf"], ["connectors", "--json"]] {
            let program = TestProgram()
            #expect(await program.run(words) == 0)
            text += "$ cartload \(words.joined(separator: " "))\n\(program.standardOutput)\n"
        }
        Golden.expect(text, is: "connectors.txt")
    }

    @Test func theJSONOfOneConnectorParses() async throws {
        let program = TestProgram()
        #expect(await program.run("connectors", "shelf", "--json") == 0)
        let json = try JSONValue(parsing: program.standardOutput)
        #expect(json["destination"]?["required"] == ["board"])
    }

    @Test func checkConnectsAndTellsThePlan() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("source: numbers:3\nstreams: [odd]\ndestination: shelf:a\n", to: "count.yaml")
        let program = TestProgram()
        #expect(await program.run("check", file) == 0)
        #expect(
            program.standardOutput == """
                count: ready to run
                  from      numbers:3
                  stream    odd: 3 batches, 24 B, 1 field, key n
                  to        shelf:a

                """)
        let wrong = try directory.write("source: numbers:3\nstreams: [od]\ndestination: shelf:a\n", to: "wrong.yaml")
        let other = TestProgram()
        #expect(await other.run("check", wrong) != 0)
        #expect(other.standardError.contains("Did you mean \"odd\"?"))
    }

    @Test func aConnectorsSettingsAreCheckedWithTheirLine() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("source:\n  numbers:\n    too: 3\ndestination: shelf:a\n", to: "f.yaml")
        let program = TestProgram()
        #expect(await program.run("check", file) == 1)
        #expect(program.standardError.contains("line 3: there is no field \"source.numbers.too\""))
        #expect(program.standardError.contains("Did you mean \"to\"?"))
    }
}
