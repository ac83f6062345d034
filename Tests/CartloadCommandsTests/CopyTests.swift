// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import Testing

@testable import CartloadCommands

@Suite struct CopyTests {
    private func flow(_ words: String...) throws -> FlowDefinition {
        guard case .arguments(let arguments) = try ArgumentParser(command: CopyCommand.definition).parse(words) else {
            throw CancellationError()
        }
        return try CopyCommand.flow(arguments, Registry([TestConnectors.numbers, TestConnectors.shelf]))
    }

    @Test func optionsBecomeAFlow() throws {
        let flow = try flow(
            "numbers:3", "shelf:a", "--stream", "odd", "--where", "n > 1", "--select", "n", "--batch-by", "n % 2",
            "--batch-size=10", "--load", "upsert", "--key", "n, m", "--format", "csv")
        #expect(flow.streams == ["odd"])
        #expect(flow.processors.map(\.name) == ["filter", "select"])
        #expect(flow.processors[0].value == "n > 1")
        #expect(flow.batching?.by == ["n % 2"])
        #expect(flow.batching?.records == 10)
        #expect(flow.destinations[0].end.overrides == JSONObject([("load", "upsert"), ("keys", ["n", "m"])]))
        #expect(flow.source.overrides == JSONObject([("format", "csv")]), "the shelf has no format, the numbers have")
    }

    @Test func withoutOptionsRecordsGoAsTheyAre() throws {
        let flow = try flow("numbers:3", "shelf:a")
        #expect(flow.streams == nil)
        #expect(flow.processors.isEmpty)
        #expect(flow.batching == nil)
        #expect(flow.onError == .fail)
    }
}
