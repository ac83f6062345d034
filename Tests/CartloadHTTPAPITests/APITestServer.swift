// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import Synchronization
import TestSupport

/// An API on loopback that answers as a test says.
final class APITestServer: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        let params: [String: String]
        /// Names in small letters.
        let headers: [String: String]
        let body: String
        /// The body as it came.
        let bytes: [UInt8]
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = ""
        /// Sends only a part of the body, and closes.
        var isCut = false
        /// Closes without a word.
        var isDropped = false

        static func json(_ body: String, status: Int = 200, headers: [String: String] = [:]) -> Answer {
            Answer(status: status, headers: headers, body: body)
        }
    }

    private let listener: LoopbackListener
    private let shared: Shared

    private final class Shared: Sendable {
        let log = Mutex<[Request]>([])
        let answer: @Sendable (Request) -> Answer
        init(_ answer: @escaping @Sendable (Request) -> Answer) { self.answer = answer }
    }

    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        let shared = Shared(answer)
        self.shared = shared
        listener = try LoopbackListener { APITestServer.serve($0, shared) }
    }

    var requests: [Request] { shared.log.withLock { $0 } }

    var port: Int { listener.port }

    var url: String { "http://127.0.0.1:\(port)" }

    private static func serve(_ connection: Int32, _ shared: Shared) {
        defer { close(connection) }
        var input = Data()
        while let request = next(connection, &input) {
            shared.log.withLock { $0.append(request) }
            let answer = shared.answer(request)
            if answer.isDropped { return }
            var head = "HTTP/1.1 \(answer.status) Said\r\nContent-Length: \(answer.body.utf8.count)\r\n"
            for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
            let body = Array(answer.body.utf8)
            let bytes = Array("\(head)\r\n".utf8) + (answer.isCut ? Array(body[..<(body.count / 2)]) : body)
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
            if answer.isCut { return }
        }
    }

    private static func next(_ connection: Int32, _ input: inout Data) -> Request? {
        while true {
            if let end = input.firstRange(of: Data("\r\n\r\n".utf8)) {
                let lines = String(decoding: input[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
                    headers[parts[0].lowercased()] =
                        parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
                }
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                if input.distance(from: end.upperBound, to: input.endIndex) >= length {
                    let body = [UInt8](input[end.upperBound..<(end.upperBound + length)])
                    input = Data(input[(end.upperBound + length)...])
                    return request(lines[0], headers, body)
                }
            }
            var room = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(connection, &room, room.count, 0)
            if count <= 0 { return nil }
            input.append(contentsOf: room[..<count])
        }
    }

    private static func request(_ line: String, _ headers: [String: String], _ body: [UInt8]) -> Request? {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        let parts = words[1].split(separator: "?", maxSplits: 1).map(String.init)
        var params: [String: String] = [:]
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { String($0).removingPercentEncoding ?? "" }
            params[sides[0]] = sides.count > 1 ? sides[1] : ""
        }
        return Request(
            method: words[0], path: parts[0], params: params, headers: headers,
            body: String(decoding: body, as: UTF8.self), bytes: body)
    }
}
