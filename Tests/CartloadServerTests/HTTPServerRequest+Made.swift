// SPDX-License-Identifier: Apache-2.0

import CartloadCore

@testable import CartloadHTTP

extension HTTPServerRequest {
    /// A request as if it had come from a socket.
    static func made(
        _ method: String, _ target: String, headers: [(String, String)] = [], body: String = ""
    ) -> HTTPServerRequest {
        var text: [UInt8] = []
        func place(_ part: String) -> Range<Int> {
            let start = text.count
            text += Array(part.utf8)
            return start..<text.count
        }
        let (method, target, peer) = (place(method), place(target), place("127.0.0.1"))
        let fields = headers.map { (place($0.0), place($0.1)) }
        while text.count % 4 != 0 { text.append(0) }
        let start = text.count
        for (name, value) in fields {
            for number in [name.lowerBound, name.count, value.lowerBound, value.count] {
                withUnsafeBytes(of: UInt32(number)) { text += Array($0) }
            }
        }
        let head = text.withUnsafeBytes { Bytes(copying: $0) }
        return HTTPServerRequest(
            headers: HTTPRequestHeaders(head: head, fields: start, count: fields.count), method: method, target: target,
            peer: peer, body: Bytes(body), isSecure: false, arrival: .now)
    }
}

extension HTTPServerResponse {
    var text: String {
        switch body {
        case .bytes(let bytes): bytes.text
        case .pieces(let pieces): pieces.map(\.text).joined()
        case .stream: ""
        }
    }

    var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }

    func value(of name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}
