// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import Synchronization
import Testing

@testable import CartloadHTTP
@testable import CartloadServer

/// A dashboard over an engine in memory, asked without a socket.
struct DashboardFixture {
    static let supervisor = "clt_supervisor"
    static let user = "clt_user"
    static let key = "clk_user"
    static let caller = Caller(tenant: "acme", user: "jane")

    static let negate = Service(
        serviceID: "s", versionID: "v", folder: "f", name: "negate", version: "1.0",
        inputs: [ServiceField("value", .number)], outputs: ["value"],
        runner: ClosureRunner { ["value": .int(-($0["value"]?.intValue ?? 0))] })

    let engine: ComputeEngine
    let handler: BatchesHandler

    init(_ limits: DashboardLimits? = DashboardLimits(), clock: RunClock = .system) throws {
        engine = ComputeEngine(
            store: MemoryPipelineStore(), catalogue: MemoryServiceCatalogue([DashboardFixture.negate]),
            supply: PooledWorkers(WorkerPool()), options: ComputeOptions(workers: 1), clock: clock)
        let accounts = Accounts([
            Account(
                tenant: "acme", user: "sue", permissions: [Account.supervisor],
                tokens: [Secret(of: DashboardFixture.supervisor)]),
            Account(
                tenant: "acme", user: "jane", tokens: [Secret(of: DashboardFixture.user)],
                apiKeys: [Secret(of: DashboardFixture.key)]),
        ])
        handler = BatchesHandler(
            engine: engine, accounts: accounts, limits: ServerLimits(), clock: clock, dashboard: limits,
            workers: {
                var counts = WorkerCounts()
                counts.busy = 1
                return [ServiceWorkers(service: "f/negate[1.0]", counts: counts)]
            })
        try engine.start()
    }

    /// A pipeline of jane's with one chunk of a record and one of a text, which fails.
    func pipeline() async throws -> String {
        let id = try await engine.create(
            PipelineRequest(service: .service("f/negate", at: nil)), by: DashboardFixture.caller
        ).definition.id
        let body =
            #"{"chunks":[{"id":"c1","data":{"inputs":[["value"],[1]]}},{"id":"c2","data":{"inputs":[["value"],["x"]]}}]}"#
        _ = try await engine.push(Bytes(body), to: id, by: DashboardFixture.caller)
        for seen in 0..<2 {
            _ = try await engine.status(of: id, after: seen, wait: .seconds(60), by: DashboardFixture.caller)
        }
        return id
    }

    func get(_ target: String, token: String? = nil, _ headers: [HTTPField] = [], method: String = "GET") async
        -> HTTPServerResponse
    {
        let fields = headers + (token.map { [HTTPField("authorization", "Bearer \($0)")] } ?? [])
        return await handler.response(to: HTTPServerRequest(method, target, fields))
    }

    func json(_ target: String, token: String = DashboardFixture.user) async throws -> JSONValue {
        let response = await get(target, token: token)
        #expect(response.status == 200)
        return try JSONValue(parsing: response.text)
    }
}

extension HTTPServerRequest {
    init(_ method: String, _ target: String, _ fields: [HTTPField]) {
        var head: [UInt8] = []
        var places: [Int] = []
        func add(_ text: String) -> Range<Int> {
            let start = head.count
            head += Array(text.utf8)
            return start..<head.count
        }
        let methodRange = add(method)
        let targetRange = add(target)
        for field in fields {
            for range in [add(field.name), add(field.value)] { places += [range.lowerBound, range.count] }
        }
        while head.count % 4 != 0 { head.append(UInt8(ascii: " ")) }
        let start = head.count
        for place in places { withUnsafeBytes(of: UInt32(place)) { head += Array($0) } }
        self.init(
            headers: HTTPRequestHeaders(head: Bytes(head), fields: start, count: fields.count), method: methodRange,
            target: targetRange, peer: 0..<0, body: Bytes(), isSecure: false, arrival: .now)
    }
}

extension HTTPServerResponse {
    func all(_ name: String) -> [String] { headers.filter { $0.name.lowercased() == name }.map(\.value) }
}

/// What a stream has sent so far.
final class SentEvents: Sendable {
    private let events = Mutex<[String]>([])
    private let arrivals = AsyncStream<Void>.makeStream()

    var all: [String] { events.withLock { $0 } }

    func stream() -> HTTPResponseStream {
        HTTPResponseStream(highWater: 1 << 30) { bytes in
            self.events.withLock { $0.append(bytes.text) }
            self.arrivals.continuation.yield()
        }
    }

    /// Waits until there are so many.
    func wait(for count: Int) async {
        var arrivals = arrivals.stream.makeAsyncIterator()
        while all.count < count { await arrivals.next() }
    }
}
