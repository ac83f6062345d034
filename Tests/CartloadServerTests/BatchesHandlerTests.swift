// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadHTTP
import CartloadTesting
import Synchronization
import TestSupport
import Testing

@testable import CartloadServer

@Suite struct BatchesHandlerTests {
    @Test func aWholeLifeIsAnsweredAsTheClientsExpect() async throws {
        let trial = try HandlerTrial()
        defer { trial.engine.stop() }
        let created = await trial.send(
            "POST", "/t/api/v4/batch", #"{"service":"f/double","correlation_id":"c","acceptable_error_percentage":0}"#)
        #expect(created.status == 200)
        #expect(created.json["object"]?.stringValue == "batch")
        #expect(created.json["data"]?["batch_status"]?.stringValue == "created")
        #expect(created.json["data"]?["service_uri"]?.stringValue == "f/double[1.0]")
        #expect(created.json["data"]?["created_timestamp"]?.stringValue == "2001-09-09T01:46:50.000Z")
        let id = created.json["id"]?.stringValue ?? ""
        let status = await trial.push([1, 2], to: id)
        #expect(status.status == 200)
        #expect(status.json["record_submitted"]?.intValue == 2)
        guard case .object(let members) = status.json else {
            Issue.record("no object")
            return
        }
        #expect(members.members.count == 16)
        #expect(await trial.finished(id, 2))
        let pulled = await trial.send("GET", "/t/api/v4/batch/\(id)/chunkresults?max=1")
        #expect(pulled.json["data"]?.arrayValue?.count == 1)
        #expect(pulled.json["status"]?["chunks_available"]?.intValue == 1)
        #expect(pulled.json["lease"] == nil)
        let lent = await trial.send("GET", "/t/api/v4/batch/\(id)/chunkresults?max_chunks=5&lease=10")
        let lease = lent.json["lease"]?.stringValue ?? ""
        let acknowledged = await trial.send("POST", "/t/api/v4/batch/\(id)/ack", #"{"lease":"\#(lease)"}"#)
        #expect(acknowledged.status == 200)
        #expect(acknowledged.json["output_buffer_used_bytes"]?.intValue == 0)
        // The answer may have been lost.
        let repeated = await trial.send("POST", "/t/api/v4/batch/\(id)/ack", #"{"lease":"\#(lease)"}"#)
        #expect(repeated.status == 200)
        let empty = await trial.send("GET", "/t/api/v4/batch/\(id)/chunkresults")
        #expect(empty.json["data"]?.arrayValue?.isEmpty == true)
        let closed = await trial.send("PATCH", "/t/api/v4/batch/\(id)", #"{"batch_status":"closed"}"#)
        #expect(closed.json["data"]?["batch_status"]?.stringValue == "closed")
        let info = await trial.send("GET", "/t/api/v4/batch/\(id)")
        #expect(info.json["data"]?["batch_status"]?.stringValue == "completed")
        #expect(info.json["data"]?["summary"]?["records_submitted"]?.intValue == 2)
        let list = await trial.send("GET", "/t/api/v4/batch/status")
        #expect(list.json["recent_batches"]?.arrayValue?.count == 1)
        #expect(list.json["in_progress_batches"]?.arrayValue?.isEmpty == true)
    }

    @Test func chunksThatAreLentAreAcknowledgedWithTheirLease() async throws {
        let trial = try HandlerTrial()
        defer { trial.engine.stop() }
        let created = await trial.send("POST", "/t/api/v4/batch", #"{"service":"f/double"}"#)
        let id = created.json["id"]?.stringValue ?? ""
        _ = await trial.push([1, 2], to: id)
        #expect(await trial.finished(id, 2))
        let lent = await trial.send("GET", "/t/api/v4/batch/\(id)/chunkresults?lease=10")
        let lease = lent.json["lease"]?.stringValue ?? ""
        let names = (lent.json["data"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
        #expect(names.count == 2)
        let alone = await trial.send("POST", "/t/api/v4/batch/\(id)/ack", #"{"chunks":["\#(names[0])"]}"#)
        #expect(alone.status == 409)
        #expect(alone.json["code"]?.stringValue == "CHUNK_LENT")
        for body in [
            #"{"chunks":["\#(names[0])"],"leases":["none","\#(lease)"]}"#,
            #"{"chunks":["\#(names[1])"],"lease":"\#(lease)"}"#, #"{"chunks":["\#(names[0])","\#(names[1])"]}"#,
        ] {
            #expect(await trial.send("POST", "/t/api/v4/batch/\(id)/ack", body).status == 200)
        }
        let status = await trial.send("GET", "/t/api/v4/batch/\(id)/status")
        #expect(status.json["output_buffer_used_bytes"]?.intValue == 0)
    }

    @Test(arguments: [
        ("GET", "/nothing", "", 404, "NOT_FOUND"), ("GET", "/t/api/v4/batch", "", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/t/api/v4/batch", "{}", 400, "SERVICE_REQUIRED"),
        ("POST", "/t/api/v4/batch", "x", 400, "INVALID_JSON"),
        ("POST", "/t/api/v4/batch", #"{"service":"f/none"}"#, 404, "SERVICE_NOT_FOUND"),
        ("POST", "/t/api/v4/batch", #"{"service":"f/double","output":"x"}"#, 400, "UNKNOWN_OUTPUT"),
        ("POST", "/t/api/v4/batch", #"{"service":5}"#, 400, "INVALID_INPUT"),
        ("GET", "/t/api/v4/batch/none", "", 404, "BATCH_NOT_FOUND"),
        ("GET", "/t/api/v4/batch/none/status", "", 404, "BATCH_NOT_FOUND"),
        ("GET", "/t/api/v4/batch/none/status?wait=1", "", 404, "BATCH_NOT_FOUND"),
        ("POST", "/t/api/v4/batch/none/chunks", #"{"chunks":[]}"#, 404, "BATCH_NOT_FOUND"),
        ("GET", "/t/api/v4/batch/none/chunkresults?wait=50", "", 404, "BATCH_NOT_FOUND"),
        ("POST", "/t/api/v4/batch/none/ack", #"{"chunks":["a"]}"#, 404, "BATCH_NOT_FOUND"),
        ("PATCH", "/t/api/v4/batch/none", #"{"batch_status":"closed"}"#, 404, "BATCH_NOT_FOUND"),
        ("POST", "/t/api/v4/batch/ID/chunks", "", 400, "INVALID_JSON"),
        ("POST", "/t/api/v4/batch/ID/chunks", "{}", 400, "INVALID_CHUNK"),
        ("POST", "/t/api/v4/batch/ID/chunks", #"{"chunks":[{"data":{"inputs":[["a"],[1,2]]}}]}"#, 400, "INVALID_CHUNK"),
        ("GET", "/t/api/v4/batch/ID/chunkresults?max=0", "", 400, "INVALID_INPUT"),
        ("GET", "/t/api/v4/batch/ID/chunkresults?max=-1", "", 400, "INVALID_INPUT"),
        ("GET", "/t/api/v4/batch/ID/chunkresults?max=x", "", 400, "INVALID_INPUT"),
        ("GET", "/t/api/v4/batch/ID/chunkresults?max=1.5", "", 400, "INVALID_INPUT"),
        ("GET", "/t/api/v4/batch/ID/chunkresults?max=99999999999999999999999", "", 200, ""),
        ("GET", "/t/api/v4/batch/ID/chunkresults?lease=0", "", 400, "INVALID_INPUT"),
        ("GET", "/t/api/v4/batch/ID/chunkresults?lease=nan", "", 400, "INVALID_INPUT"),
        ("GET", "/t/api/v4/batch/ID/chunkresults?wait=inf", "", 400, "INVALID_INPUT"),
        ("GET", "/t/api/v4/batch/ID/status?wait=x", "", 400, "INVALID_INPUT"),
        ("POST", "/t/api/v4/batch/ID/ack", #"{"chunks":["a"],"leases":5}"#, 400, "INVALID_INPUT"),
        ("POST", "/t/api/v4/batch/ID/ack", #"{"leases":["a"]}"#, 400, "INVALID_INPUT"),
        ("POST", "/t/api/v4/batch/ID/ack", #"{"lease":"none"}"#, 409, "LEASE_EXPIRED"),
        ("POST", "/t/api/v4/batch/ID/ack", "{}", 400, "INVALID_INPUT"),
        ("PATCH", "/t/api/v4/batch/ID", #"{"batch_status":"paused"}"#, 400, "INVALID_INPUT"),
        ("PATCH", "/x/api/v4/batch/ID", #"{"batch_status":"closed"}"#, 403, "TENANT_MISMATCH"),
    ])
    func aMistakeIsAnsweredWithItsStatus(method: String, path: String, body: String, status: Int, code: String)
        async throws
    {
        let trial = try HandlerTrial()
        defer { trial.engine.stop() }
        let id = await trial.create()
        let response = await trial.send(method, path.replacing("ID", with: id), body)
        #expect(response.status == status, "\(response.text)")
        if status != 200 { #expect(response.json["code"]?.stringValue == code) }
        #expect(response.value(of: "content-type") == "application/json")
    }

    @Test func whatIsFullClosedOrTakenIsAnsweredAsDecided() async throws {
        let trial = try HandlerTrial()
        defer { trial.engine.stop() }
        let id = await trial.create(#","max_input_size":0.0001"#)
        let large = await trial.push(Array(1...10), to: id)
        #expect((large.status, large.json["code"]?.stringValue) == (422, "PUSH_TOO_LARGE"))
        #expect(await trial.push([1], to: id).status == 200)
        let other = await trial.send(
            "POST", "/t/api/v4/batch/\(id)/chunks", #"{"chunks":[{"id":"c1","data":{"inputs":[]}}]}"#)
        #expect((other.status, other.json["code"]?.stringValue) == (409, "DUPLICATE_CHUNK"))
        _ = await trial.send("PATCH", "/t/api/v4/batch/\(id)", #"{"batch_status":"cancelled"}"#)
        #expect(await trial.push([2], to: id).json["code"]?.stringValue == "BATCH_CLOSED")
        let pull = await trial.send("GET", "/t/api/v4/batch/\(id)/chunkresults")
        #expect((pull.status, pull.json["code"]?.stringValue) == (409, "BATCH_CANCELLED"))
        let again = await trial.send("PATCH", "/t/api/v4/batch/\(id)", #"{"batch_status":"closed"}"#)
        #expect((again.status, again.json["code"]?.stringValue) == (409, "BATCH_ENDED"))
    }

    /// A pull gives results away, and the answer to HEAD has none.
    @Test func aHeadOfResultsTakesNone() async throws {
        let trial = try HandlerTrial()
        defer { trial.engine.stop() }
        let id = await trial.create()
        _ = await trial.push([1], to: id)
        #expect(await trial.finished(id, 1))
        let head = await trial.send("HEAD", "/t/api/v4/batch/\(id)/chunkresults")
        #expect(head.status == 405)
        #expect(head.value(of: "allow") == "GET")
        let pulled = await trial.send("GET", "/t/api/v4/batch/\(id)/chunkresults")
        #expect(pulled.json["data"]?.arrayValue?.count == 1)
    }

    @Test(arguments: [
        (
            #"{"service":"f/double","max_input_size":1000001}"#,
            "max_input_size must be more than 0 megabytes, and 1000000"
        ),
        (#"{"service":"f/double","max_workers":1e400}"#, "max_workers must be a number of at most 1e15"),
        (#"{"service":"f/double","max_workers":"3"}"#, "max_workers must be a number"),
        (#"{"service":"#, "the body is not valid JSON: "),
    ])
    func aMistakeIsToldAsItIs(body: String, message: String) async throws {
        let trial = try HandlerTrial()
        defer { trial.engine.stop() }
        let response = await trial.send("POST", "/t/api/v4/batch", body)
        #expect(response.status == 400)
        #expect(response.json["message"]?.stringValue?.hasPrefix(message) == true, "\(response.text)")
    }

    @Test func aRequestWithoutCredentialsGetsNothing() async throws {
        let trial = try HandlerTrial()
        defer { trial.engine.stop() }
        let id = await trial.create()
        let wrong: [[(String, String)]] = [
            [], [("Authorization", "Bearer None")], [("authorization", "")], [("X-Synthetic-Key", "wrong")],
            [("Authorization", "Bearer token"), ("x-synthetic-key", "wrong")],
        ]
        for headers in wrong {
            for (method, path) in [
                ("POST", "/t/api/v4/batch"), ("GET", "/t/api/v4/batch/status"), ("GET", "/t/api/v4/batch/\(id)"),
                ("GET", "/t/api/v4/batch/\(id)/status"), ("POST", "/t/api/v4/batch/\(id)/chunks"),
                ("GET", "/t/api/v4/batch/\(id)/chunkresults"), ("POST", "/t/api/v4/batch/\(id)/ack"),
                ("PATCH", "/t/api/v4/batch/\(id)"),
            ] {
                let response = await trial.send(method, path, headers: headers)
                #expect(response.status == 401, "\(method) \(path)")
                #expect(response.json["errorCode"]?.stringValue == "INVALID_TOKEN")
                #expect(response.value(of: "www-authenticate") == "Bearer")
            }
        }
        // Another user does not know of it.
        let bob = await trial.send("GET", "/t/api/v4/batch/\(id)", headers: [("Authorization", "bearer bob")])
        #expect(bob.status == 404)
        for headers in [
            [("x-synthetic-key", "key")], [("Authorization", "token")], [("Authorization", "Bearer   token")],
        ] {
            #expect(await trial.send("GET", "/t/api/v4/batch/\(id)", headers: headers).status == 200)
        }
        let mismatch = await trial.send(
            "GET", "/t/api/v4/batch/\(id)", headers: [("Authorization", "Bearer token"), ("x-tenant-name", "x")])
        #expect(mismatch.status == 403)
    }

    @Test func aClientGetsATokenForItsSecret() async throws {
        let trial = try HandlerTrial()
        defer { trial.engine.stop() }
        let path = "/auth/realms/t/protocol/openid-connect/token"
        let form = "client_id=robot&client_secret=secret&grant_type=client_credentials"
        let response = await trial.send("POST", path, form, headers: [("Authorization", "Bearer None")])
        #expect(response.status == 200)
        let token = response.json["access_token"]?.stringValue ?? ""
        #expect(response.json["expires_in"]?.intValue == 3600)
        #expect(response.value(of: "cache-control") == "no-store")
        let list = await trial.send("GET", "/t/api/v4/batch/status", headers: [("Authorization", "Bearer \(token)")])
        #expect(list.status == 200)
        for wrong in ["", "client_id=robot", form + "x", form.replacing("secret=secret", with: "secret=x")] {
            #expect([400, 401].contains(await trial.send("POST", path, wrong).status))
        }
    }

    @Test func theRequestsIDComesBackAndMakesAPushRepeatable() async throws {
        let trial = try HandlerTrial()
        defer { trial.engine.stop() }
        let headers = [("Authorization", "Bearer token"), ("x-request-id", "r-1")]
        let first = await trial.send("POST", "/t/api/v4/batch", #"{"service":"f/double"}"#, headers: headers)
        let second = await trial.send("POST", "/t/api/v4/batch", #"{"service":"f/double"}"#, headers: headers)
        #expect(first.json["id"] == second.json["id"])
        #expect(first.value(of: "x-request-id") == "r-1")
        let id = first.json["id"]?.stringValue ?? ""
        for _ in 0..<2 {
            let push = await trial.send(
                "POST", "/t/api/v4/batch/\(id)/chunks", #"{"chunks":[{"id":"","data":{"inputs":[{"n":1}]}}]}"#,
                headers: headers)
            #expect(push.json["chunks_submitted"]?.intValue == 1)
        }
        let odd = await trial.send(
            "GET", "/t/api/v4/batch/\(id)", headers: headers.dropLast() + [("x-request-id", "a b")])
        #expect(odd.value(of: "x-request-id") == nil)
        let long = await trial.send(
            "POST", "/t/api/v4/batch/\(id)/chunks", "{}",
            headers: headers.dropLast() + [("x-request-id", String(repeating: "x", count: 201))])
        #expect(long.status == 400)
    }

    @Test func healthAndDescriptionAreForEverybody() async throws {
        let trial = try HandlerTrial()
        defer { trial.engine.stop() }
        for path in ["/healthz", "/readyz", "/openapi.json", "/metrics"] {
            #expect(await trial.send("GET", path, headers: []).status == 200, "\(path)")
        }
        _ = try JSONValue(parsing: await trial.send("GET", "/openapi.json", headers: []).text)
    }

    @Test func theMetricsAreAsTheyWere() async throws {
        let trial = try HandlerTrial()
        defer { trial.engine.stop() }
        let id = await trial.create()
        _ = await trial.push([1, 2, 3], to: id)
        _ = await trial.push([3], to: id)
        #expect(await trial.finished(id, 3))
        _ = await trial.send("GET", "/t/api/v4/batch/\(id)/chunkresults?max=2")
        let text = await trial.send("GET", "/metrics", headers: []).text
        // How often it was asked whether they are finished differs.
        let lines = text.split(separator: "\n").filter { !$0.contains("operation=\"status\"") }.map { line in
            line.hasPrefix("cartload_compute_seconds_total") ? "cartload_compute_seconds_total 0" : String(line)
        }
        Golden.expect(lines.joined(separator: "\n") + "\n", is: "metrics.txt")
    }

    /// How often each chunk's result was somebody's for good.
    final class Received: Sendable {
        let counts = Mutex<[String: Int]>([:])

        func take(_ chunks: [JSONValue]) {
            counts.withLock { counts in
                for chunk in chunks {
                    let name = chunk["id"]?.stringValue ?? ""
                    counts[name, default: 0] += 1
                    let output = chunk["outputs"]?.arrayValue?.first?["n"]?.intValue
                    if output != (Int(name.dropFirst()) ?? -1) * 2 { Issue.record("\(chunk)") }
                }
            }
        }
    }

    /// Clients that do anything at random, all at once, beside a simple model.
    @Test(arguments: 0..<10)
    func eachAcceptedRecordComesBackExactlyOnce(run: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        let trial = try HandlerTrial(ComputeOptions(workers: 3, pullBytes: 400))
        defer { trial.engine.stop() }
        let id = await trial.create(#","max_input_size":0.002,"max_output_size":0.002"#)
        let count = 200
        let received = Received()
        let end = ContinuousClock.now + .seconds(600)
        await withTaskGroup(of: Void.self) { group in
            for copy in 0..<3 {
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(copy))
                    var next = 0
                    while next < count, ContinuousClock.now < end {
                        let last = min(count, next + Int.random(in: 1...5, using: &random))
                        let response = await trial.push(Array(max(0, next - 1)..<last), to: id)
                        if response.status == 200 {
                            next = last
                        } else if response.status != 429 {
                            Issue.record("seed \(seed): \(response.text)")
                            return
                        }
                        await Task.yield()
                    }
                }
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(copy) &+ 100)
                    let path = "/t/api/v4/batch/\(id)/chunkresults"
                    while received.counts.withLock({ $0.count }) < count, ContinuousClock.now < end {
                        await Task.yield()
                        trial.clock.advance(by: .milliseconds(200))
                        trial.engine.tick()
                        let limit = Int.random(in: 1...6, using: &random)
                        if Bool.random(using: &random) {
                            received.take(
                                await trial.send("GET", "\(path)?max=\(limit)").json["data"]?.arrayValue ?? [])
                            continue
                        }
                        let lent = await trial.send("GET", "\(path)?max=\(limit)&lease=3").json
                        let chunks = lent["data"]?.arrayValue ?? []
                        guard !chunks.isEmpty, Int.random(in: 0..<4, using: &random) > 0 else { continue }
                        let lease = lent["lease"] ?? .null
                        let response = await trial.send("POST", "/t/api/v4/batch/\(id)/ack", #"{"lease":\#(lease)}"#)
                        if response.status == 200 { received.take(chunks) }
                    }
                }
            }
        }
        #expect(received.counts.withLock { $0.count } == count, "seed \(seed)")
        #expect(received.counts.withLock { $0.values.allSatisfy { $0 == 1 } }, "seed \(seed)")
        let status = await trial.send("GET", "/t/api/v4/batch/\(id)/status")
        #expect(status.json["record_submitted"]?.intValue == count)
        #expect(status.json["records_completed"]?.intValue == count)
        #expect(status.json["input_buffer_used_bytes"]?.intValue == 0)
        #expect(status.json["output_buffer_used_bytes"]?.intValue == 0)
    }
}
