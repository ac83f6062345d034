// SPDX-License-Identifier: Apache-2.0

import CartloadAPI
import CartloadCore
import CartloadHTTP
import Testing

@testable import CartloadClient

@Suite struct RetryTests {
    private static let status = #"{"batch_status":"in_progress"}"#

    private func pipeline(
        _ url: String, _ clock: RunClock, patience: Duration? = nil, _ authentication: Authentication = .token("t")
    ) throws -> Pipeline {
        var options = ClientOptions(timeout: .seconds(600), clock: clock)
        options.patience = patience
        return try BatchesClient(url, tenant: "demo", authentication: authentication, options: options).batches.of("p")
    }

    @Test(arguments: [429, 502, 503, 504]) func whatMayPassIsTriedAgain(status: Int) async throws {
        let server = ScriptedServer { _, number in
            number < 3 ? .init(status: status) : .init(status: 200, body: RetryTests.status)
        }
        let time = PassingClock()
        try await server.run { url in
            let status = try await pipeline(url, time.clock).getStatus()
            #expect(status.batchStatus == "in_progress")
        }
        #expect(server.requests.count == 4)
        #expect(time.waits == [.milliseconds(500), .seconds(1), .seconds(2)])
    }

    @Test(arguments: [400, 403, 404, 409, 422, 500]) func whatIsRefusedIsNotTriedAgain(status: Int) async throws {
        let server = ScriptedServer { _, _ in .init(status: status, body: #"{"code":"X","message":"no"}"#) }
        try await server.run { url in
            await #expect {
                try await pipeline(url, PassingClock().clock).getStatus()
            } throws: {
                let error = $0 as? BatchesError
                return error?.status == status && error?.code == "X" && error?.message == "no"
            }
        }
        #expect(server.requests.count == 1)
    }

    @Test func theServersWishForAWaitCounts() async throws {
        let server = ScriptedServer { _, number in
            number == 0
                ? .init(status: 429, headers: [HTTPField("x-retry-after", "0.25"), HTTPField("retry-after", "9")])
                : .init(status: 200, body: RetryTests.status)
        }
        let time = PassingClock()
        try await server.run { url in _ = try await pipeline(url, time.clock).getStatus() }
        #expect(time.waits == [.milliseconds(250)])
    }

    @Test(arguments: ["nan", "inf", "1e300", "-1", "soon"]) func aWishThatCannotBeIsNone(text: String) async throws {
        let server = ScriptedServer { _, number in
            number == 0
                ? .init(status: 429, headers: [HTTPField("x-retry-after", text), HTTPField("retry-after", "9")])
                : .init(status: 200, body: RetryTests.status)
        }
        let time = PassingClock()
        try await server.run { url in _ = try await pipeline(url, time.clock).getStatus() }
        #expect(time.waits == [.seconds(9)])
    }

    @Test func patienceEndsWhenTheServerStaysAway() async throws {
        let server = ScriptedServer { _, _ in .init(status: 503) }
        let time = PassingClock()
        try await server.run { url in
            await #expect(throws: BatchesError.self) {
                try await pipeline(url, time.clock, patience: .seconds(120)).getStatus()
            }
        }
        let total = time.waits.reduce(.zero, +)
        #expect(total >= .seconds(120) && total <= .seconds(150), "\(time.waits)")
    }

    @Test func aBusyServerIsWaitedForBeyondPatience() async throws {
        let server = ScriptedServer { _, number in
            number < 40
                ? .init(status: 429, headers: [HTTPField("x-retry-after", "5")])
                : .init(status: 200, body: RetryTests.status)
        }
        try await server.run { url in
            _ = try await pipeline(url, PassingClock().clock, patience: .seconds(10)).getStatus()
        }
        #expect(server.requests.count == 41)
    }

    @Test func aTokenThatIsOverIsReplaced() async throws {
        let server = ScriptedServer { request, number in
            if request.segments.last == "token" { return .init(status: 200, body: #"{"access_token":"t\#(number)"}"#) }
            return request.headers["authorization"] == "Bearer t0"
                ? .init(status: 401) : .init(status: 200, body: RetryTests.status)
        }
        try await server.run { url in
            let pipeline = try pipeline(url, PassingClock().clock, .client(id: "i", secret: "s"))
            _ = try await pipeline.getStatus()
            _ = try await pipeline.getStatus()
        }
        #expect(server.requests == ["POST token", "GET status", "POST token", "GET status", "GET status"])
    }

    @Test func aPullThatGivesAwayIsNotRepeatedWhenItsAnswerIsLost() async throws {
        let server = ScriptedServer { _, _ in .init(status: 504) }
        let time = PassingClock()
        try await server.run { url in
            await #expect(throws: BatchesError.self) { _ = try await pipeline(url, time.clock).pull() }
            #expect(time.waits == [])
            await #expect(throws: BatchesError.self) {
                _ = try await pipeline(url, time.clock).pull(lease: .seconds(1))
            }
            #expect(time.waits.count == 5)
        }
    }

    @Test func aRunWhosePushIsRefusedEnds() async throws {
        let server = ScriptedServer { request, _ in
            request.method == "POST"
                ? .init(status: 409, body: #"{"code":"BATCH_CLOSED","message":"closed"}"#)
                : .init(status: 200, body: #"{"data":[],"status":{"batch_status":"in_progress"}}"#)
        }
        try await server.run { url in
            let pipeline = try pipeline(url, PassingClock().clock)
            await #expect(throws: BatchesError.self) {
                for try await _ in pipeline.run([["value": 1]]) {}
            }
        }
    }

    @Test func theLimitOfRetriesOfARequestWins() async throws {
        let server = ScriptedServer { _, _ in .init(status: 503) }
        let time = PassingClock()
        try await server.run { url in
            let pipeline = try pipeline(url, time.clock, patience: .seconds(100))
            await #expect(throws: BatchesError.self) {
                try await pipeline.acknowledge(chunks: ["1"], maximumRetries: 1)
            }
        }
        #expect(time.waits.count == 1)
    }

    @Test func manyRequestsThatUseTheSameOldTokenShareOneNewOne() async throws {
        let server = ScriptedServer { request, number in
            if request.segments.last == "token" { return .init(status: 200, body: #"{"access_token":"t\#(number)"}"#) }
            return request.headers["authorization"] == "Bearer t0"
                ? .init(status: 401) : .init(status: 200, body: RetryTests.status)
        }
        try await server.run { url in
            let pipeline = try pipeline(url, PassingClock().clock, .client(id: "i", secret: "s"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try await pipeline.getStatus() } }
                try await group.waitForAll()
            }
        }
        #expect(server.requests.filter { $0 == "POST token" }.count == 2, "\(server.requests)")
    }

    @Test func aTokenIsReplacedBeforeItIsOver() async throws {
        let server = ScriptedServer { request, number in
            request.segments.last == "token"
                ? .init(status: 200, body: #"{"access_token":"t\#(number)","expires_in":10}"#)
                : .init(status: 200, body: RetryTests.status)
        }
        let time = PassingClock()
        try await server.run { url in
            let pipeline = try pipeline(url, time.clock, .client(id: "i", secret: "s"))
            _ = try await pipeline.getStatus()
            try await time.clock.sleep(.milliseconds(8900))
            _ = try await pipeline.getStatus()
            try await time.clock.sleep(.milliseconds(200))
            _ = try await pipeline.getStatus()
        }
        #expect(server.requests == ["POST token", "GET status", "GET status", "POST token", "GET status"])
    }

    @Test func aTokenThatCannotBeHadNowIsAskedForAgain() async throws {
        let server = ScriptedServer { request, number in
            if request.segments.last == "token" {
                return number % 2 == 0
                    ? .init(status: 503) : .init(status: 200, body: #"{"access_token":"t\#(number)"}"#)
            }
            return request.headers["authorization"] == "Bearer t1"
                ? .init(status: 401) : .init(status: 200, body: #"{"data":[],"status":{"batch_status":"in_progress"}}"#)
        }
        try await server.run { url in
            let pipeline = try pipeline(url, PassingClock().clock, .client(id: "i", secret: "s"))
            // Not even a pull without a lease is lost: it never left.
            #expect(try await pipeline.pull().isEmpty)
        }
        #expect(server.requests.filter { $0 == "POST token" }.count >= 3, "\(server.requests)")
    }

    @Test(arguments: [("completed", true, true), ("failed", true, false), ("cancelled", false, true)])
    func aCloseThatComesTwiceIsOneThatWorked(status: String, works: Bool, isLost: Bool) async throws {
        let server = ScriptedServer { request, number in
            if request.method == "GET" {
                return .init(status: 200, body: #"{"id":"p","data":{"batch_status":"\#(status)"}}"#)
            }
            return number == 0 && isLost
                ? .init(status: 504) : .init(status: 409, body: #"{"code":"BATCH_ENDED","message":"over"}"#)
        }
        try await server.run { url in
            let pipeline = try pipeline(url, PassingClock().clock)
            let info = try? await pipeline.close()
            #expect((info != nil) == works)
            #expect(pipeline.state == (works ? .closed : .open))
        }
    }

    @Test func resultsThatAreLentToALostAnswerAreWaitedFor() async throws {
        @Sendable func answer(_ data: String, used: Int, lease: String = "null") -> ScriptedServer.Answer {
            let status = #"{"batch_status":"completed","chunks_available":0,"output_buffer_used_bytes":\#(used)}"#
            return .init(status: 200, body: #"{"data":[\#(data)],"lease":\#(lease),"status":\#(status)}"#)
        }
        let server = ScriptedServer { request, number in
            if request.method == "POST" { return answer("", used: 0) }
            switch number {
            case 0...2: return answer("", used: 50)
            case 3: return answer(#"{"id":"a","outputs":[{"value":1}]}"#, used: 50, lease: #""l""#)
            default: return answer("", used: 0)
            }
        }
        try await server.run { url in
            var ids: [String] = []
            for try await result in try pipeline(url, PassingClock().clock).results() { ids.append(result.id) }
            #expect(ids == ["a"])
        }
    }

    @Test func aServerThatNeverEmptiesItsBufferIsNotWaitedForForever() async throws {
        let server = ScriptedServer { _, _ in
            .init(
                status: 200,
                body: #"{"data":[],"status":{"batch_status":"completed","output_buffer_used_bytes":50}}"#)
        }
        let time = PassingClock()
        try await server.run { url in
            let options = PullOptions(lease: .seconds(2), pollInterval: .seconds(1))
            for try await _ in try pipeline(url, time.clock).results(options) {}
        }
        #expect(time.waits.count == 4)
    }

    @Test func recentIDsAreKnownAndOldOnesForgotten() {
        var recent = RecentIDs(limit: 3)
        let taken = ["a", "b", "a", "c", "b", "d", "e", "c", "f", "a"].map { recent.note($0) }
        #expect(taken == [true, true, false, true, false, true, true, false, true, true])
    }
}
