// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadHTTP
import CartloadTesting

@testable import CartloadServer

/// A handler over an engine in memory; one user `ann` with the token `token` of a tenant `t`.
struct HandlerTrial {
    static let double = Service(
        serviceID: "s", versionID: "v", folder: "f", name: "double", version: "1.0",
        inputs: [ServiceField("n", .integer)], outputs: ["n"],
        runner: ClosureRunner { ["n": .int(($0["n"]?.intValue ?? 0) * 2)] })

    let engine: ComputeEngine
    let handler: BatchesHandler
    let clock = ManualClock(.seconds(10), wall: Instant(seconds: 1_000_000_000))

    init(_ options: ComputeOptions = ComputeOptions(workers: 2)) throws {
        engine = ComputeEngine(
            store: MemoryPipelineStore(), catalogue: MemoryServiceCatalogue([HandlerTrial.double]),
            supply: PooledWorkers(WorkerPool()), options: options, clock: clock.runClock)
        try engine.start()
        let accounts = Accounts(
            [
                Account(
                    tenant: "t", user: "ann", tokens: [Secret(of: "token")], apiKeys: [Secret(of: "key")],
                    clients: ["robot": Secret(of: "secret")]),
                Account(tenant: "t", user: "bob", tokens: [Secret(of: "bob")]),
            ], clock: clock.runClock)
        handler = BatchesHandler(
            engine: engine, accounts: accounts, limits: ServerLimits(inputBytes: 100_000, outputBytes: 200_000),
            clock: clock.runClock)
    }

    func send(
        _ method: String, _ path: String, _ body: String = "",
        headers: [(String, String)] = [("Authorization", "Bearer token")]
    ) async -> HTTPServerResponse {
        let request = HTTPServerRequest.made(method, path, headers: headers, body: body)
        if let response = handler.immediateResponse(to: request) { return response }
        return await handler.response(to: request)
    }

    func create(_ more: String = "") async -> String {
        let response = await send("POST", "/t/api/v4/batch", #"{"service":"f/double"\#(more)}"#)
        return response.json["id"]?.stringValue ?? response.text
    }

    func push(_ numbers: [Int], to id: String) async -> HTTPServerResponse {
        let chunks = numbers.map { #"{"id":"c\#($0)","data":{"inputs":[{"n":\#($0)}]}}"# }.joined(separator: ",")
        return await send("POST", "/t/api/v4/batch/\(id)/chunks", #"{"chunks":[\#(chunks)]}"#)
    }

    /// Lets the chunks that were pushed run.
    func finished(_ id: String, _ count: Int) async -> Bool {
        let end = ContinuousClock.now + .seconds(600)
        while ContinuousClock.now < end {
            let status = await send("GET", "/t/api/v4/batch/\(id)/status")
            if status.json["chunks_completed"]?.intValue == count { return true }
            await Task.yield()
        }
        return false
    }
}
