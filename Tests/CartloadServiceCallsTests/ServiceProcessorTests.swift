// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadServiceCalls
import TestSupport
import Testing

@Suite struct ServiceProcessorTests {
    /// What a processor makes of records.
    private func processed(_ settings: JSONValue, _ records: [String]) async throws -> (
        records: [String], rejects: [String], warnings: Int
    ) {
        // Calls block, which tasks must not.
        try await onThread {
            let processor = try Processors.make("service", settings, among: Processors.services)
            var diagnostics = Diagnostics()
            let batch = try processor.process(RecordBatch(.rows(Rows(records))), &diagnostics)
            let rows = try batch.rows(&diagnostics)
            return (
                (0..<rows.count).map { rows[$0].text }, diagnostics.rejects.map(\.message),
                diagnostics.warnings.values.reduce(0, +)
            )
        }
    }

    /// The same in this process and on a server.
    private func both(
        _ settings: JSONObject, _ records: [String],
        _ check: (_ records: [String], _ rejects: [String]) -> Void
    ) async throws {
        let local = try await processed(.object(settings), records)
        check(local.records, local.rejects)
        let server = try RunningServer()
        var remote = settings
        remote["url"] = .string("\(server.address)/demo")
        remote["token"] = "secret"
        let answered = try await processed(.object(remote), records)
        check(answered.records, answered.rejects)
        try await server.stop()
    }

    @Test func outputsTakeThePlaceOfFieldsOfTheirName() async throws {
        try await both(["name": "demo/double"], [#"{"id":1,"value":21}"#, #"{"value":2,"more":[1]}"#]) {
            records, rejects in
            #expect(records == [#"{"id":1,"value":42}"#, #"{"value":4,"more":[1]}"#])
            #expect(rejects.isEmpty)
        }
    }

    @Test func outputsAreAddedOrGoIntoAFieldOfTheirOwn() async throws {
        try await both(["name": "demo/add", "parameters": ["common": 40], "into": "sum"], [#"{"value":2}"#]) {
            records, _ in
            #expect(records == [#"{"value":2,"sum":{"total":42}}"#])
        }
    }

    @Test func aRecordThatFailsIsRejectedAndTheOthersKeepTheirOrder() async throws {
        let records = (0..<1000).map { #"{"value":\#($0 % 3 == 0 ? "\"x\"" : String($0))}"# }
        try await both(["name": "demo/double", "chunk": 70], records) { records, rejects in
            #expect(records == (0..<1000).filter { $0 % 3 != 0 }.map { #"{"value":\#($0 * 2)}"# })
            #expect(rejects.count == 334)
            #expect(rejects.first == "value: the input must be a number")
        }
    }

    @Test func noRecordsAreNoCall() async throws {
        try await both(["name": "demo/double"], []) { records, _ in #expect(records.isEmpty) }
    }

    @Test(
        arguments: [
            (["name": "demo/nothing"], "service-call.unknown"),
            (["name": "demo/double", "outputs": ["x"]], "compute.unknown-output"),
            (["services": "x"], "config.missing-field"),
            (["name": "demo/double", "colour": 1], "config.unknown-field"),
            (["name": "demo/double", "url": "http://127.0.0.1:9"], "processor.setting"),
        ] as [(JSONValue, String)])
    func whatCannotBeCalledIsToldAtTheStart(settings: JSONValue, code: String) async throws {
        do {
            _ = try await processed(settings, [])
            Issue.record("it was made")
        } catch let error as CartloadError {
            #expect(error.code.rawValue == code)
        }
    }

    @Test func aServerThatIsNotThereEndsTheRun() async throws {
        await #expect(throws: CartloadError.self) {
            _ = try await processed(["name": "demo/double", "url": "http://127.0.0.1:1/demo"], [#"{"value":1}"#])
        }
    }
}
