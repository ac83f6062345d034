// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTP
import Synchronization

/// A server that answers what it is told, and remembers what it was asked.
final class ScriptedServer: HTTPHandler {
    struct Answer: Sendable {
        var status: Int
        var body = "{}"
        var headers: [HTTPField] = []
    }

    private let answer: @Sendable (HTTPServerRequest, Int) -> Answer
    private let asked = Mutex<[String]>([])

    /// - Parameter answer: Given the request and how many came before it.
    init(_ answer: @escaping @Sendable (HTTPServerRequest, Int) -> Answer) { self.answer = answer }

    /// Methods and last parts of paths.
    var requests: [String] { asked.withLock { $0 } }

    func response(to request: HTTPServerRequest) async -> HTTPServerResponse {
        let number = asked.withLock { asked in
            asked.append("\(request.method) \(request.segments.last ?? "")")
            return asked.count - 1
        }
        let answer = answer(request, number)
        return HTTPServerResponse(
            status: answer.status, headers: [HTTPField("content-type", "application/json")] + answer.headers,
            body: .bytes(Bytes(answer.body)))
    }

    /// Runs a body beside the server.
    func run(_ body: (String) async throws -> Void) async throws {
        let server = BeastServer(HTTPServerOptions())
        let address = try server.start()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve(self) }
            do {
                try await body("http://127.0.0.1:\(address.port)")
            } catch {
                await server.drain(within: .zero)
                throw error
            }
            await server.drain(within: .zero)
            try await group.waitForAll()
        }
    }
}

/// Time that passes only when somebody waits.
final class PassingClock: Sendable {
    private let time = Mutex((now: Duration.zero, waits: [Duration]()))

    var waits: [Duration] { time.withLock { $0.waits } }

    var clock: RunClock {
        RunClock(
            now: { self.time.withLock { $0.now } }, wallSeconds: { 0 },
            sleep: { wait in
                try Task.checkCancellation()
                self.time.withLock { time in
                    time.now += wait
                    time.waits.append(wait)
                }
                await Task.yield()
            }, random: { 1 })
    }
}
