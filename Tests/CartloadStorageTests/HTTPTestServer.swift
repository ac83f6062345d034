// SPDX-License-Identifier: Apache-2.0

import CartloadStorage
import Foundation
import Synchronization
import TestSupport

/// A server on loopback that answers as it is told, however wrong that is.
final class HTTPTestServer: Sendable {
    struct Request: Sendable {
        let method: String
        let target: String
        /// Names in small letters.
        let headers: [String: String]
        let body: String
    }

    /// What it does for a request, one after the other; then it waits for the next request.
    enum Step: Sendable {
        case send(String)
        case bytes([UInt8])
        /// So many bytes, each the low byte of its offset; `stuck` is told when the client takes none for a while.
        case pattern(Int)
        /// Says nothing more until the client has gone.
        case hang
        case close
        /// Closes in such a way that the client's connection is reset.
        case reset
    }

    enum Event: Sendable, Equatable {
        case request(String)
        /// The client does not take more; so much of a pattern has been written.
        case stuck(Int)
        case clientGone
    }

    let events: AsyncStream<Event>
    private let listener: LoopbackListener
    private let serving: Serving

    init(_ answer: @escaping @Sendable (Request) -> [Step]) throws {
        let (events, report) = AsyncStream<Event>.makeStream()
        self.events = events
        let serving = Serving(answer, report)
        self.serving = serving
        listener = try LoopbackListener(serving.run)
    }

    /// Answers every request with the same text.
    convenience init(always text: String) throws { try self.init { _ in [.send(text)] } }

    /// What it has been asked so far.
    var requests: [Request] { serving.log.withLock { $0 } }

    /// How many connections have been opened.
    var connectionCount: Int { serving.connections.load(ordering: .relaxed) }

    var port: Int { listener.port }

    var host: String { "127.0.0.1:\(port)" }

    func url(_ target: String = "/") throws -> HTTPURL { try HTTPURL("http://\(host)\(target)") }
}

/// What the threads of a server share.
private final class Serving: Sendable {
    let log = Mutex<[HTTPTestServer.Request]>([])
    let connections = Atomic(0)
    private let answer: @Sendable (HTTPTestServer.Request) -> [HTTPTestServer.Step]
    private let report: AsyncStream<HTTPTestServer.Event>.Continuation

    init(
        _ answer: @escaping @Sendable (HTTPTestServer.Request) -> [HTTPTestServer.Step],
        _ report: AsyncStream<HTTPTestServer.Event>.Continuation
    ) {
        self.answer = answer
        self.report = report
    }

    func run(_ connection: Int32) {
        connections.wrappingAdd(1, ordering: .relaxed)
        defer { close(connection) }
        var input = Data()
        while let request = next(connection, &input) {
            log.withLock { $0.append(request) }
            report.yield(.request(request.target))
            for step in answer(request) {
                switch step {
                case .send(let text): guard write(connection, Array(text.utf8)) else { return }
                case .bytes(let bytes): guard write(connection, bytes) else { return }
                case .pattern(let count): guard writePattern(connection, count) else { return }
                case .hang:
                    var byte: UInt8 = 0
                    while recv(connection, &byte, 1, 0) > 0 {}
                    report.yield(.clientGone)
                    return
                case .close: return
                case .reset:
                    var option = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
                    return
                }
            }
        }
    }

    private func next(_ connection: Int32, _ input: inout Data) -> HTTPTestServer.Request? {
        while true {
            if let end = input.firstRange(of: Data("\r\n\r\n".utf8)) {
                let lines = String(decoding: input[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                let words = lines[0].split(separator: " ").map(String.init)
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    headers[parts[0].lowercased()] =
                        parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
                }
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                if input.distance(from: end.upperBound, to: input.endIndex) >= length {
                    let body = String(decoding: input[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
                    input = Data(input[(end.upperBound + length)...])
                    return HTTPTestServer.Request(method: words[0], target: words[1], headers: headers, body: body)
                }
            }
            var room = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(connection, &room, room.count, 0)
            if count <= 0 { return nil }
            input.append(contentsOf: room[..<count])
        }
    }

    private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func writePattern(_ connection: Int32, _ total: Int) -> Bool {
        let pieces = (0..<(1 << 16)).map { UInt8(truncatingIfNeeded: $0) }
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        var written = 0
        var isStuck = false
        while written < total {
            let start = written % 256
            let wanted = min(pieces.count - start, total - written)
            let count = pieces.withUnsafeBytes { send(connection, $0.baseAddress.map { $0 + start }, wanted, flags) }
            if count > 0 {
                written += count
                continue
            }
            guard errno == EAGAIN else {
                report.yield(.clientGone)
                return false
            }
            var wait = pollfd(fd: connection, events: Int16(POLLOUT), revents: 0)
            if poll(&wait, 1, isStuck ? -1 : 300) == 0 {
                isStuck = true
                report.yield(.stuck(written))
            }
        }
        return true
    }
}
