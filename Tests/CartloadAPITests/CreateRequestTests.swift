// SPDX-License-Identifier: Apache-2.0

import CartloadAPI
import CartloadCore
import Testing

@Suite struct CreateRequestTests {
    private func read(_ text: String) throws -> CreateRequest { try CreateRequest(Bytes(text)) }

    @Test func everyFieldIsRead() throws {
        let request = try read(
            #"{"service":"f/s","version_by_timestamp":"2024-01-01T00:00:00Z","subservice":"x","output":"a, b,,","#
                + #""call_purpose":"CP","source_system":"SS","correlation_id":"corr","unique_record_key":"id,k2","#
                + #""initial_workers":20,"max_workers":7,"chunks_per_request":3,"runner_thread_count":4,"#
                + #""max_input_size_in_mb":1.5,"max_output_size_in_mb":2,"acceptable_error_percentage":6,"foo":1,"#
                + #""priority":9,"version_id":"v"}"#)
        var wanted = CreateRequest()
        wanted.service = "f/s"
        wanted.versionID = "v"
        wanted.versionByTimestamp = Instant("2024-01-01T00:00:00Z")
        wanted.subservices = ["x"]
        wanted.outputs = ["a", "b"]
        wanted.callPurpose = "CP"
        wanted.sourceSystem = "SS"
        wanted.correlationID = "corr"
        wanted.uniqueRecordKeys = ["id", "k2"]
        wanted.initialWorkers = 20
        wanted.maximumWorkers = 7
        wanted.chunksPerRequest = 3
        wanted.runnerThreadCount = 4
        wanted.inputBytes = 1_500_000
        wanted.outputBytes = 2_000_000
        wanted.acceptableErrorPercentage = 6
        wanted.priority = 9
        #expect(request == wanted)
        #expect(try CreateRequest(Bytes(wanted.json.description)) == wanted)
    }

    @Test(
        arguments: [
            (#"{"max_input_size_in_mb":1,"max_output_size_in_mb":2}"#, 1_000_000, 2_000_000),
            (#"{"max_input_size":1.5,"max_output_size":0.0000001}"#, 1_500_000, 1),
            (#"{"max_input_in_mb":0.1,"max_output_in_mb":70}"#, 100_000, 70_000_000),
            (#"{"max_input_size":null,"max_input_in_mb":3}"#, 3_000_000, nil), ("{}", nil, nil),
        ] as [(String, Int?, Int?)])
    func theBuffersHaveManyNames(text: String, input: Int?, output: Int?) throws {
        let request = try read(text)
        #expect(request.inputBytes == input)
        #expect(request.outputBytes == output)
    }

    @Test(
        arguments: [
            (#"{"unique_record_key":["a","b"]}"#, ["a", "b"]), (#"{"unique_record_key":" a , b "}"#, ["a", "b"]),
            (#"{"unique_record_key":[]}"#, []), (#"{"unique_record_key":""}"#, []),
            (#"{"unique_record_key":null}"#, []),
        ] as [(String, [String])])
    func aListIsOneTextOrMany(text: String, keys: [String]) throws {
        #expect(try read(text).uniqueRecordKeys == keys)
    }

    @Test(arguments: [("0.1", 1), ("5.5", 6), ("200", 200), ("0", 0), ("null", nil)] as [(String, Int?)])
    func aPercentageIsRoundedUp(text: String, percentage: Int?) throws {
        #expect(try read(#"{"acceptable_error_percentage":\#(text)}"#).acceptableErrorPercentage == percentage)
    }

    @Test func anEmptyTextIsAsIfAbsent() throws {
        let request = try read(#"{"service":"","version_id":"v","correlation_id":null}"#)
        #expect(request.service == nil)
        #expect(request.versionID == "v")
    }

    @Test(arguments: [
        "", "x", "[]", "5", "null", #"{"service":5}"#, #"{"service":["f/s"]}"#, #"{"version_id":true}"#,
        #"{"version_by_timestamp":"yesterday"}"#, #"{"version_by_timestamp":5}"#, #"{"output":5}"#, #"{"output":[5]}"#,
        #"{"output":{}}"#, #"{"initial_workers":0}"#, #"{"initial_workers":-1}"#, #"{"initial_workers":1.5}"#,
        #"{"initial_workers":"5"}"#, #"{"max_workers":1e300}"#, #"{"max_workers":true}"#, #"{"max_input_size":0}"#,
        #"{"max_input_size":-1}"#, #"{"max_input_size":1e7}"#, #"{"max_input_size":"1"}"#,
        #"{"acceptable_error_percentage":-1}"#, #"{"acceptable_error_percentage":"1"}"#, #"{"priority":10}"#,
        #"{"priority":1.5}"#, #"{"priority":-1}"#,
    ])
    func whatHasTheWrongTypeIsRefused(text: String) {
        do {
            _ = try read(text)
            Issue.record("it was taken")
        } catch let fault as APIFault {
            #expect(fault.status == 400)
            if text.hasPrefix("{") {
                let field = text.dropFirst(2).prefix { $0 != "\"" }
                #expect(fault.message.contains(field), "\(fault.message)")
            }
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func whatIsTooLongIsRefused() {
        #expect(throws: APIFault.self) { try read(#"{"service":"\#(String(repeating: "x", count: 4097))"}"#) }
        let names = (0...1000).map { "n\($0)" }.joined(separator: ",")
        #expect(throws: APIFault.self) {
            try read(
                #"{"output":"\#(names.prefix(4096))","subservice":[\#(Array(repeating: "\"a\"", count: 1001).joined(separator: ","))]}"#
            )
        }
    }

    @Test(
        arguments: [
            (#"{"batch_status":"closed"}"#, EndRequest(.closed)),
            (#"{"batch_status":"cancelled"}"#, EndRequest(.cancelled)),
            (#"{"batch_status":"cancelled","keep_completed":true}"#, EndRequest(.cancelled, keepsCompleted: true)),
            (#"{"batch_status":"paused"}"#, nil), (#"{"batch_status":5}"#, nil), ("{}", nil), ("x", nil), ("[]", nil),
            (#"{"batch_status":"closed","keep_completed":1}"#, nil),
        ] as [(String, EndRequest?)])
    func anEndIsReadOrRefused(text: String, request: EndRequest?) {
        #expect((try? EndRequest(Bytes(text))) == request)
        if let request { #expect((try? EndRequest(Bytes(request.json.description))) == request) }
    }

    @Test(
        arguments: [
            (#"{"lease":"l"}"#, .lease("l")), (#"{"chunks":["a","b"]}"#, .chunks(["a", "b"])),
            (#"{"chunks":["a"],"leases":["l","m"]}"#, .chunks(["a"], leases: ["l", "m"])),
            (#"{"chunks":["a"],"lease":"l"}"#, .chunks(["a"], leases: ["l"])),
            (#"{"lease":"l","chunks":null}"#, .lease("l")), (#"{"chunks":[],"leases":[5]}"#, nil),
            (#"{"chunks":[],"leases":"l"}"#, nil), (#"{"leases":["l"]}"#, nil),
            (#"{"lease":null,"chunks":[]}"#, .chunks([])), (#"{"lease":5}"#, nil), (#"{"chunks":[5]}"#, nil),
            (#"{"chunks":"a"}"#, nil), ("{}", nil), ("", nil),
        ] as [(String, AcknowledgeRequest?)])
    func anAcknowledgementIsReadOrRefused(text: String, request: AcknowledgeRequest?) {
        #expect((try? AcknowledgeRequest(Bytes(text))) == request)
    }
}
