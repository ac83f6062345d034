// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCommands

@Suite struct AirbyteCommandTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func messages(_ program: TestProgram) throws -> [JSONValue] {
        try program.standardOutput.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    @Test func aConfigurationThatBreaksTheSpecificationFailsTheCheckAndNotTheProgram() async throws {
        let file = try directory.write(#"{"to":"many"}"#, to: "c.json")
        let program = TestProgram()
        #expect(await program.run("source", "numbers", "check", "--config", file) == 0)
        let status = try messages(program).last?["connectionStatus"]
        #expect(status?["status"] == "FAILED")
        #expect(status?["message"]?.stringValue?.hasPrefix("Config validation error: ") == true)
        #expect(status?["message"]?.stringValue?.contains("\"to\" must be a whole number") == true)
        let reader = TestProgram()
        let catalog = try directory.write(#"{"streams":[]}"#, to: "catalog.json")
        #expect(await reader.run("source", "numbers", "read", "--config", file, "--catalog", catalog) == 1)
        #expect(try messages(reader).last?["trace"]?["error"]?["failure_type"] == "config_error")
        #expect(reader.standardError.isEmpty)
    }

    @Test func discoverPrintsACatalogAndUnknownMembersAreSaid() async throws {
        let file = try directory.write(#"{"to":3,"fron":1,"password":null}"#, to: "c.json")
        let program = TestProgram()
        #expect(await program.run("source", "numbers", "discover", "--config", file) == 0)
        let all = try messages(program)
        #expect(all.count == 2)
        #expect(
            all[0]["log"]?["message"]
                == "the configuration has \"fron\", which is not known and not read; did you mean \"from\"?")
        #expect(all[1]["catalog"]?["streams"]?.arrayValue?.map { $0["name"] } == ["even", "odd"])
        #expect(all[1]["catalog"]?["streams"]?.arrayValue?.first?["source_defined_primary_key"] == [["n"]])
    }

    @Test func yamlReadsTheEnvironmentAndJSONDoesNot() async throws {
        let yaml = try directory.write("to: ${LAST}\n", to: "c.yaml")
        #expect(await TestProgram(["LAST": "3"]).run("source", "numbers", "discover", "--config", yaml) == 0)
        let json = try directory.write(#"{"to":3,"format":"${LAST}"}"#, to: "c.json")
        #expect(await TestProgram().run("source", "numbers", "discover", "--config", json) == 0)
    }

    @Test func noMessageHasASecret() async throws {
        let file = try directory.write(#"{"to":3,"password":"hunter2","hunter2":1}"#, to: "c.json")
        let program = TestProgram()
        #expect(await program.run("source", "numbers", "discover", "--config", file) == 0)
        #expect(!program.standardOutput.contains("hunter2"))
        #expect(program.standardOutput.contains("***"))
    }

    @Test(arguments: [
        ["source", "numbers", "read", "--config", "c.json"], ["source", "numbers", "discover"],
        ["source", "nowhere", "spec"], ["source", "shelf", "spec"], ["source", "numbers", "install"],
        ["source", "numbers", "spec", "more"], ["source", "none.yaml", "spec"], ["source", "numbers", "write"],
        ["destination", "numbers", "spec"], ["destination", "shelf", "write", "--config", "c.json"],
        ["destination", "shelf", "read"],
    ]) func wrongUseIsTwo(words: [String]) async {
        let program = TestProgram()
        #expect(await program.run(words) == 2)
        #expect(program.standardOutput.isEmpty)
        #expect(!program.standardError.isEmpty)
    }

    @Test func aDestinationNamesTheModesThatItHas() async throws {
        let program = TestProgram()
        #expect(await program.run("destination", "shelf", "spec") == 0)
        let specification = try messages(program)[0]["spec"]
        #expect(specification?["supported_destination_sync_modes"] == ["append", "append_dedup"])
        // The catalog says how each stream is loaded and what its keys are.
        let properties = specification?["connectionSpecification"]?["properties"]?.objectValue
        #expect(properties?["board"] != nil && properties?["load"] == nil && properties?["keys"] == nil)
    }

    @Test func aScriptRunsThisProgramWithTheConnector() async throws {
        let text = try ConnectorScript(role: .source, connector: "sqlite").text(program: "/opt/it's/cartload")
        #expect(
            text == """
                #!/bin/sh
                # An Airbyte source of Cartload
                exec '/opt/it'\\''s/cartload' source sqlite "$@"

                """)
        let definition = try directory.write("x", to: "my+api.yaml")
        let defined = ConnectorScript(role: .source, connector: definition)
        #expect(defined.name == "source-my+api")
        #expect(try defined.text(program: "/cartload").contains("exec /cartload source /"))
        let program = TestProgram()
        let folder = "\(definition).d"
        #expect(await program.run("source", "numbers", "install", folder) == 0)
        #expect(program.standardOutput == "\(folder)/source-numbers\n")
    }
}
