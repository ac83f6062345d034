// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTP
import Synchronization

/// Answers with what it was asked, and keeps a list of it.
final class TestHandler: HTTPHandler {
    enum Event: Sendable, Equatable {
        case request(String)
        case cancelled(String)
        case streamEnded
    }

    let events: AsyncStream<Event>
    private let report: AsyncStream<Event>.Continuation
    private let gate = Gate()
    private let seenTargets = Mutex<[String]>([])

    init() { (events, report) = AsyncStream<Event>.makeStream() }

    var targets: [String] { seenTargets.withLock { $0 } }

    /// Lets what waits at `/gate` go on, now and later.
    func open() { gate.open() }

    func immediateResponse(to request: HTTPServerRequest) -> HTTPServerResponse? {
        seenTargets.withLock { $0.append(request.target) }
        guard request.matches("GET", "/now") else { return nil }
        return HTTPServerResponse(headers: [HTTPField("Content-Type", "text/plain")], body: .bytes(Bytes("now\n")))
    }

    func response(to request: HTTPServerRequest) async -> HTTPServerResponse {
        report.yield(.request(request.target))
        switch request.segments.first {
        case "echo": return HTTPServerResponse(body: .bytes(request.body))
        case "describe":
            var text = "\(request.method) \(request.segments) \(request.query.map { "\($0.name)=\($0.value)" })"
            for index in 0..<request.headers.count {
                text += "\n\(request.headers[index].name): \(request.headers[index].value)"
            }
            return HTTPServerResponse(body: .bytes(Bytes(text + "\n\(request.body.text)")))
        case "count": return HTTPServerResponse(body: .bytes(Bytes("\(request.body.count)")))
        case "large":
            let size = request.query("bytes").flatMap { Int($0) } ?? 0
            return HTTPServerResponse(body: .bytes(Bytes(repeatElement(UInt8(ascii: "x"), count: size))))
        case "pieces":
            return HTTPServerResponse(body: .pieces((0..<200).map { Bytes("\($0),") } + [Bytes(), Bytes("end")]))
        case "text":
            return HTTPServerResponse(
                headers: [HTTPField("Content-Type", "application/json"), HTTPField("ETag", "\"a\"")],
                body: .bytes(Bytes(String(repeating: "{\"a\":1}\n", count: 1000))))
        case "empty": return HTTPServerResponse(status: 204)
        case "forged":
            return HTTPServerResponse(headers: [HTTPField("X-A", request.query("v") ?? "")], body: .bytes(Bytes("a")))
        case "framed":
            return HTTPServerResponse(
                headers: [HTTPField("Content-Length", "99"), HTTPField("transfer-encoding", "chunked")],
                body: .bytes(Bytes("abc")))
        case "gate":
            await gate.wait()
            return HTTPServerResponse(body: .bytes(Bytes("open")))
        case "wait":
            await gate.waitForCancellation()
            report.yield(.cancelled(request.target))
            return HTTPServerResponse(status: 503)
        case "stream": return stream(request)
        default: return HTTPServerResponse(status: 404)
        }
    }

    private func stream(_ request: HTTPServerRequest) -> HTTPServerResponse {
        let pieces = request.query("pieces").flatMap { Int($0) } ?? 3
        let size = request.query("bytes").flatMap { Int($0) }
        let fails = request.query("fails") != nil
        let headers = [HTTPField("Content-Type", "text/event-stream")]
        return HTTPServerResponse(
            headers: headers,
            body: .stream { [report, gate] stream in
                defer { report.yield(.streamEnded) }
                for index in 0..<pieces {
                    try await stream.write(
                        size.map { Bytes(repeatElement(UInt8(ascii: "x"), count: $0)) } ?? Bytes("piece \(index)\n"))
                }
                if request.query("waits") != nil {
                    await gate.waitForCancellation()
                    try Task.checkCancellation()
                }
                if fails { throw CancellationError() }
            })
    }
}
