// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import TestSupport

/// As much of S3 as batch files need, in memory and on loopback, which fails when it is told to.
///
/// It looks at no signature; `Tests/Interoperation/s3` has a store that does.
final class ObjectStoreServer: Sendable {
    struct Request: Sendable {
        let method: String
        /// `bucket/key`, decoded.
        let object: String
        let query: String
        let isSigned: Bool
    }

    struct Answer: Sendable {
        var status: String
        var body = Data()
        /// The length that it claims; the connection closes after the body when there is less.
        var claimed: Int?
        var headers = ""
    }

    fileprivate struct State {
        var objects: [String: Data] = [:]
        var uploads: [String: [Int: Data]] = [:]
        var requests: [Request] = []
    }

    private let listener: LoopbackListener
    private let serving: Serving

    fileprivate final class Serving: Sendable {
        let state = Mutex(State())
        let fault: @Sendable (Request) -> Answer?

        init(_ fault: @escaping @Sendable (Request) -> Answer?) { self.fault = fault }
    }

    /// - Parameter fault: Says what is answered instead of what would be; nil for what would be.
    init(_ fault: @escaping @Sendable (Request) -> Answer? = { _ in nil }) throws {
        let serving = Serving(fault)
        self.serving = serving
        listener = try LoopbackListener(serving.run)
    }

    var endpoint: String { "http://127.0.0.1:\(listener.port)" }

    /// By `bucket/key`.
    var objects: [String: Data] {
        get { serving.state.withLock { $0.objects } }
        set { serving.state.withLock { $0.objects = newValue } }
    }

    var requests: [Request] { serving.state.withLock { $0.requests } }

    /// Uploads in parts that are neither finished nor given up.
    var openUploads: Int { serving.state.withLock { $0.uploads.count } }
}

extension ObjectStoreServer.Serving {
    func run(_ connection: Int32) {
        defer { close(connection) }
        var input = Data()
        while let (request, body) = next(connection, &input) {
            let answer = fault(request) ?? answer(request, body)
            state.withLock { $0.requests.append(request) }
            let length = answer.claimed ?? answer.body.count
            var reply = Data("HTTP/1.1 \(answer.status)\r\nContent-Length: \(length)\r\n\(answer.headers)\r\n".utf8)
            if request.method != "HEAD" { reply += answer.body }
            let isSent = reply.withUnsafeBytes { buffer in
                var rest = buffer[...]
                while !rest.isEmpty {
                    let part = UnsafeRawBufferPointer(rebasing: rest)
                    let count = send(connection, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
                    guard count > 0 else { return false }
                    rest = rest.dropFirst(count)
                }
                return true
            }
            if !isSent || length != answer.body.count { return }
        }
    }

    private func answer(_ request: ObjectStoreServer.Request, _ body: Data) -> ObjectStoreServer.Answer {
        state.withLock { state in
            let parts = Dictionary(
                request.query.split(separator: "&").map { pair in
                    let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
                    return (halves[0], halves.count > 1 ? halves[1] : "")
                }, uniquingKeysWith: { $1 })
            switch (request.method, parts["uploadId"]) {
            case ("PUT", let upload?):
                state.uploads[upload]?[Int(parts["partNumber"] ?? "") ?? 0] = body
                return .init(status: "200 OK", headers: "ETag: \"part\"\r\n")
            case ("POST", let upload?):
                let whole = (state.uploads.removeValue(forKey: upload) ?? [:]).sorted { $0.key < $1.key }
                state.objects[request.object] = whole.reduce(into: Data()) { $0 += $1.value }
                return .init(
                    status: "200 OK",
                    body: Data("<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>".utf8))
            case ("DELETE", let upload?):
                state.uploads[upload] = nil
                return .init(status: "204 No Content")
            case ("POST", nil):
                let upload = "upload-\(state.requests.count)"
                state.uploads[upload] = [:]
                return .init(
                    status: "200 OK",
                    body: Data(
                        "<InitiateMultipartUploadResult><UploadId>\(upload)</UploadId></InitiateMultipartUploadResult>"
                            .utf8))
            case ("PUT", nil):
                state.objects[request.object] = body
                return .init(status: "200 OK", headers: "ETag: \"e\"\r\n")
            case ("DELETE", nil):
                state.objects[request.object] = nil
                return .init(status: "204 No Content")
            default:
                guard let object = state.objects[request.object] else {
                    return .init(
                        status: "404 Not Found", body: Data("<Error><Code>NoSuchKey</Code></Error>".utf8))
                }
                return .init(status: "200 OK", body: object)
            }
        }
    }

    private func next(_ connection: Int32, _ input: inout Data) -> (ObjectStoreServer.Request, Data)? {
        while true {
            if let end = input.firstRange(of: Data("\r\n\r\n".utf8)) {
                let head = String(decoding: input[..<end.lowerBound], as: UTF8.self)
                let lines = head.components(separatedBy: "\r\n")
                let length =
                    lines.first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces)) } ?? 0
                if input.distance(from: end.upperBound, to: input.endIndex) >= length {
                    let words = lines[0].split(separator: " ").map(String.init)
                    let target = words[1].split(separator: "?", maxSplits: 1).map(String.init)
                    let request = ObjectStoreServer.Request(
                        method: words[0], object: String((target[0].removingPercentEncoding ?? "").dropFirst()),
                        query: target.count > 1 ? target[1] : "",
                        isSigned: head.lowercased().contains("\r\nauthorization: aws4-hmac-sha256 credential=key/"))
                    let body = Data(input[end.upperBound..<(end.upperBound + length)])
                    input = Data(input[(end.upperBound + length)...])
                    return (request, body)
                }
            }
            var room = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(connection, &room, room.count, 0)
            if count <= 0 { return nil }
            input.append(contentsOf: room[..<count])
        }
    }
}
