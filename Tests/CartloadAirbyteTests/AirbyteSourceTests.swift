// SPDX-License-Identifier: Apache-2.0

import CartloadAirbyte
import CartloadCore
import CartloadFlow
import CartloadProcess
import Glibc
import TestSupport
import Testing

/// Connectors of others are scripts here, which print what a test wants.
@Suite struct AirbyteSourceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let catalog =
        #"{"type":"CATALOG","catalog":{"streams":[{"name":"a","json_schema":{"type":"object","properties":{"id":{"type":"integer"}}},"supported_sync_modes":["full_refresh","incremental"],"source_defined_primary_key":[["id"]]},{"name":"whole","json_schema":{},"supported_sync_modes":["full_refresh"]}]}}"#

    /// - Parameters:
    ///   - reading: What it prints when it reads.
    ///   - status: How it then ends.
    private func source(
        reading: String, status: Int = 0,
        check: String = #"{"type":"CONNECTION_STATUS","connectionStatus":{"status":"SUCCEEDED"}}"#,
        streams: [String] = ["a"]
    ) throws -> AirbyteSource {
        try folder.write("reading", reading)
        try folder.write("catalog", "some words\n" + AirbyteSourceTests.catalog + "\n")
        try folder.write("check", check + "\n")
        let script = """
            #!/bin/sh
            cd '\(folder.path)'
            case $1 in
            check) cat check ;;
            discover) cat catalog ;;
            read)
                cp "$5" asked.json
                rm -f state.json
                [ "$6" != --state ] || cp "$7" state.json
                cat reading
                exit \(status) ;;
            esac

            """
        try folder.write("connector", script)
        #expect(chmod("\(folder.path)/connector", 0o755) == 0)
        return AirbyteSource(ForeignProgram(["\(folder.path)/connector"]), streams: streams)
    }

    /// Runs a flow over the source; what an earlier one saved is in `store`.
    private func run(
        _ source: AirbyteSource, into destination: MemoryDestination = MemoryDestination(),
        store: any CheckpointStore = MemoryCheckpointStore()
    ) async throws -> MemoryDestination {
        let link = Link("link", source: source, outlets: [Outlet("memory", destination)])
        try await FlowRun(link, store: store).run()
        return destination
    }

    private func ids(_ destination: MemoryDestination, _ stream: String = "a") -> [Int] {
        destination.records(of: stream).compactMap { $0["id"]?.intValue }
    }

    @Test func recordsOfTheStreamArriveAndTheStateComesBack() async throws {
        let destination = MemoryDestination()
        let reading =
            Sent.status("a", "STARTED") + "some words\n" + Sent.record("a", 1) + Sent.record("other", 9)
            + Sent.state("a", 1) + Sent.state("other", 7) + Sent.record("a", 2, #","n":null"#) + Sent.state("a", 2)
            + Sent.status("a")
        _ = try await run(source(reading: reading), into: destination)
        #expect(ids(destination) == [1, 2])
        #expect(destination.records(of: "a")[1]["n"] == .null)
        #expect(!folder.names().contains("state.json"))
        #expect(
            try JSONValue(parsing: folder.text("asked.json"))["streams"]?.arrayValue?[0]["sync_mode"] == "incremental")
        _ = try await run(source(reading: Sent.record("a", 3) + Sent.state("a", 3)), into: destination)
        #expect(ids(destination) == [1, 2, 3])
        #expect(
            try folder.text("state.json")
                == #"[{"type":"STREAM","stream":{"stream_descriptor":{"name":"a"},"stream_state":{"n":2}},"sourceStats":{"recordCount":1.0}}]"#
        )
    }

    @Test func aStreamThatIsReadWholeIsReadWholeAgain() async throws {
        let destination = MemoryDestination()
        let reading = Sent.record("whole", 1) + Sent.state("whole", 1)
        for _ in 1...2 { _ = try await run(source(reading: reading, streams: ["whole"]), into: destination) }
        #expect(ids(destination, "whole") == [1, 1])
        #expect(!folder.names().contains("state.json"))
    }

    @Test(
        arguments: [
            // An error that is said counts, whatever the exit.
            (Sent.record("a", 1) + Sent.error("no more"), 0, "the connector failed: no more"),
            (Sent.error("first") + Sent.error("second", type: "config_error"), 1, "the connector failed: first"),
            (Sent.record("a", 1) + Sent.status("a", "INCOMPLETE"), 0, "\"a\" is incomplete"),
            (Sent.record("a", 1), 7, "ended with status 7"),
            (Sent.record("a", 1) + #"{"type":"RECORD","record":{"stream":"a","da"#, 0, "the line is no message"),
            (#"{"type":"RECORD","record":{"stream":"a","emitted_at":1}}"# + "\n", 0, "no usable \"data\""),
        ] as [(String, Int, String)])
    func whatIsNotGoodFails(reading: String, status: Int, why: String) async throws {
        let error = await #expect(throws: CartloadError.self) {
            try await run(source(reading: reading, status: status))
        }
        #expect(error?.message.contains(why) == true, "\(error.map(\.message) ?? "")")
    }

    @Test func whatWasCoveredByAStateStaysAfterAFailure() async throws {
        let destination = MemoryDestination()
        let reading = Sent.record("a", 1) + Sent.state("a", 1) + Sent.record("a", 2) + Sent.error("broken")
        let source = try source(reading: reading, status: 1)
        let link = Link(
            "link", source: source, outlets: [Outlet("memory", destination)],
            interval: CheckpointInterval(records: 1))
        await #expect(throws: CartloadError.self) { try await FlowRun(link).run() }
        #expect(ids(destination) == [1])
        _ = try await run(self.source(reading: Sent.record("a", 2) + Sent.state("a", 2)), into: destination)
        #expect(ids(destination) == [1, 2])
    }

    @Test func aFailedCheckIsToldInItsWords() async throws {
        let check =
            #"{"type":"CONNECTION_STATUS","connectionStatus":{"status":"FAILED","message":"wrong password"}}"#
        let error = await #expect(throws: CartloadError.self) { try await run(source(reading: "", check: check)) }
        #expect(error?.message == "the connector cannot connect: wrong password")
        let other = await #expect(throws: CartloadError.self) { try await run(source(reading: "", check: "words")) }
        #expect(other?.code == .airbyteMessage)
    }

    @Test func aMissingStreamIsNamed() async throws {
        let error = await #expect(throws: CartloadError.self) { try await run(source(reading: "", streams: ["x"])) }
        #expect(error?.code == .airbyteCatalog)
        #expect(error?.advice == "It has: a, whole.")
    }
}
