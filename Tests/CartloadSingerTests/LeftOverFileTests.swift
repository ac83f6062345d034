// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadStorage
import TestSupport
import Testing

@testable import CartloadSinger

/// Hidden files that killed taps left in the folder of batch files.
@Suite struct LeftOverFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func leave(_ name: String) throws {
        let file = try AsideFile(folder.path + "/" + name)
        try file.append(Bytes("{\"id\""))
        file.leave()
    }

    private var hidden: [String] { folder.names().filter { $0.hasPrefix(".") } }

    /// Those of the same tap, prefix and stream go, whatever their format was.
    @Test(arguments: [false, true]) func theNextRunRemovesItsOwn(isPack: Bool) async throws {
        let tap = isPack ? "pack" : "tap-test"
        let own = ["p-\(tap)--users-abc123-1.jsonl", "p-\(tap)--users-0-77.csv.zst", "p-\(tap)--users-z9-2.jsonl.gz"]
        let others = [
            "p-tap-other--users-abc-1.jsonl", "\(tap)--users-abc-1.jsonl", "p-\(tap)--users2-abc-1.jsonl",
            "p-\(tap)--users-x-abc-1.jsonl", "p-\(tap)--users-abc-1.parquet", "p-\(tap)--users-abc.jsonl",
            "p-\(tap)--users-abc-1x.jsonl", "p-\(tap)--users.jsonl", "p-\(tap)--orders-abc-1.jsonl",
        ]
        for name in own + others { try leave(name) }
        try folder.write("p-\(tap)--users-abc123-0.jsonl", "{}")
        let living = try AsideFile(folder.path + "/p-\(tap)--users-alive-1.jsonl")
        let storage: JSONValue = ["root": .string(folder.path), "prefix": "p-"]
        if isPack {
            let options = try PackOptions(JSONObject([("storage", storage)]))
            #expect(
                await FilterTrial().pack(Message.users + Message.record("users", 1) + Message.state(1), options) == nil)
        } else {
            let trial = try TapTrial(["batch_config": ["storage": storage]])
            #expect(await trial.run(MemorySource("users", [RecordBatch(.rows(Rows(["{\"id\":1}"])))])) == nil)
        }
        let stay = (others + ["p-\(tap)--users-alive-1.jsonl"]).map { ".\($0).cartload-part" }
        #expect(hidden.sorted() == stay.sorted())
        #expect(folder.names().contains("p-\(tap)--users-abc123-0.jsonl"), "what is whole stays")
        try living.publish()
        #expect(folder.names().contains("p-\(tap)--users-alive-1.jsonl"))
    }

    /// The folder may be part of the prefix.
    @Test func aPrefixMayHaveFolders() async throws {
        try folder.make("night")
        try leave("night/p-tap-test--users-abc-1.jsonl")
        let trial = try TapTrial(["batch_config": ["storage": ["root": .string(folder.path), "prefix": "night/p-"]]])
        #expect(await trial.run(MemorySource("users", [RecordBatch(.rows(Rows(["{\"id\":1}"])))])) == nil)
        #expect(folder.names("night").filter { $0.hasPrefix(".") } == [])
    }
}
