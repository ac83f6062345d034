// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import TestSupport
import Testing

/// Records leave only after a SCHEMA that is true of them.
@Suite struct TapSchemaTests {
    private func run(
        _ batches: [[String]], catalog: Catalog? = nil, schema: Schema? = nil,
        _ change: (inout TapTrial) -> Void = { _ in }
    ) async throws -> TapTrial {
        var trial = TapTrial()
        trial.catalog = catalog
        change(&trial)
        let source = MemorySource("s", batches.map { RecordBatch(.rows(Rows($0))) }, schema: schema)
        #expect(await trial.run(source) == nil)
        return trial
    }

    private func types(_ trial: TapTrial) throws -> [String] {
        try trial.lines.map { try JSONValue(parsing: $0)["type"]?.stringValue ?? "" }.filter { $0 != "STATE" }
    }

    @Test func aFieldThatIsNewIsAnnouncedFirst() async throws {
        let trial = try await run(
            [[#"{"id":1}"#, #"{"id":2}"#], [#"{"id":3,"n":1}"#], [#"{"id":4}"#], [#"{"id":5,"n":1.5}"#]],
            schema: Schema([Field("id", .integer)]))
        #expect(
            try types(trial) == ["SCHEMA", "RECORD", "RECORD", "SCHEMA", "RECORD", "RECORD", "SCHEMA", "RECORD"])
        let schemas = try trial.messages("SCHEMA").compactMap { $0["schema"]?["properties"]?.objectValue }
        #expect(schemas.map(\.keys) == [["id"], ["id", "n"], ["id", "n"]])
        #expect(schemas[1]["n"]?["type"] == ["integer", "null"] || schemas[1]["n"]?["type"] == ["null", "integer"])
        #expect(schemas[2]["n"]?.description.contains("number") == true)
    }

    @Test func aStreamWhoseSchemaNobodyKnowsIsAnnouncedAsItIs() async throws {
        let trial = try await run([[#"{"id":1,"a":[1],"o":{"x":1}}"#], [#"{"id":2,"a":[],"o":{}}"#]])
        #expect(try types(trial) == ["SCHEMA", "RECORD", "RECORD"])
        let properties = try trial.messages("SCHEMA").first?["schema"]?["properties"]
        #expect(properties?["a"]?.description.contains("array") == true)
        #expect(properties?["o"]?.description.contains("object") == true)
    }

    /// A target that validates takes all that a tap sends, whatever came before.
    @Test func whateverComesTheTargetTakesIt() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = RandomJSON(seed: seed)
        for round in 0..<60 {
            let batches = (0..<4).map { _ in
                (0..<3).map { _ in
                    #"{"id":\#(random.below(100)),"v":\#(random.value()),"w":\#(random.value())}"#
                }
            }
            let trial = try await run(batches, schema: round % 2 == 0 ? Schema([Field("id", .integer)]) : nil)
            let target = TargetTrial()
            let destination = WatchedDestination(target.log)
            let error = await target.run(trial.text, into: destination)
            #expect(error == nil, "\(error?.description ?? ""), round \(round), seed \(seed)\n\(trial.text)")
            #expect(destination.records("s").count == 12, "round \(round), seed \(seed)")
        }
    }

    @Test func filesOfTheNarrowSchemaEndBeforeTheWiderOne() async throws {
        for format in ["jsonl", "csv"] {
            let folder = try TemporaryFolder()
            var trial = try TapTrial([
                "batch_config": [
                    "encoding": ["format": .string(format)], "storage": ["root": .string(folder.path)],
                ]
            ])
            trial.options.blockSize = 64
            let source = MemorySource(
                "s",
                [[#"{"id":1}"#], [#"{"id":2}"#], [#"{"id":3,"n":1}"#], [#"{"id":4}"#]].map {
                    RecordBatch(.rows(Rows($0)))
                }, schema: Schema([Field("id", .integer)]))
            #expect(await trial.run(source) == nil)
            #expect(try types(trial) == ["SCHEMA", "BATCH", "SCHEMA", "BATCH"], "\(format)")
            let texts = try BatchContents.texts(trial.messages("BATCH"))
            #expect(
                texts
                    == (format == "csv"
                        ? ["id\n1\n2\n", "id,n\n3,1\n4,\n"]
                        : ["{\"id\":1}\n{\"id\":2}\n", "{\"id\":3,\"n\":1}\n{\"id\":4}\n"]))
            let sizes = try trial.messages("BATCH").compactMap { $0["size"]?.intValue }
            #expect(sizes == [2, 2])
        }
    }

    @Test func keysThatAreNotSelectedAreNoKeysOfTheMessage() async throws {
        let catalog = try Catalog(
            JSONValue(
                parsing:
                    #"{"streams":[{"tap_stream_id":"s","stream":"renamed","key_properties":["id","k"],"schema":{"properties":{"id":{},"k":{}}},"metadata":[{"breadcrumb":[],"metadata":{"selected":true}},{"breadcrumb":["properties","k"],"metadata":{"selected":false}}]}]}"#
            ))
        let trial = try await run([[#"{"id":1,"k":2}"#]], catalog: catalog)
        let schema = try #require(try trial.messages("SCHEMA").first)
        #expect(schema["key_properties"] == ["id"] && schema["stream"] == "renamed")
        #expect(try trial.messages("RECORD").map { $0["stream"] } == ["renamed"])
        #expect(trial.states.last == ["bookmarks": ["renamed": [:]]])
    }

    @Test func validationRefusesWhatTheCatalogDoesNotAllow() async throws {
        let catalog = try Catalog(
            JSONValue(
                parsing: #"{"streams":[{"tap_stream_id":"s","schema":{"properties":{"id":{"type":"integer"}}}}]}"#))
        var trial = TapTrial()
        trial.catalog = catalog
        trial.options.validates = true
        let source = MemorySource("s", [RecordBatch(.rows(Rows([#"{"id":"x"}"#])))])
        #expect(await trial.run(source)?.code == .invalidRecord)
        // Without it the schema follows the record.
        let wider = try await run([[#"{"id":"x"}"#]], catalog: catalog)
        #expect(try types(wider).last == "RECORD")
    }
}
