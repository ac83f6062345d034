// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A request that has come in whole.
public struct HTTPServerRequest: Sendable {
    /// The header fields, without those that came after the body.
    public let headers: HTTPRequestHeaders
    /// Empty without one. It is what came, without a copy.
    public let body: Bytes
    /// Whether it came over TLS.
    public let isSecure: Bool
    /// When its headers were complete.
    public let arrival: ContinuousClock.Instant

    private let methodRange: Range<Int>
    private let targetRange: Range<Int>
    private let peerRange: Range<Int>

    init(
        headers: HTTPRequestHeaders, method: Range<Int>, target: Range<Int>, peer: Range<Int>, body: Bytes,
        isSecure: Bool, arrival: ContinuousClock.Instant
    ) {
        self.headers = headers
        self.body = body
        self.isSecure = isSecure
        self.arrival = arrival
        methodRange = method
        targetRange = target
        peerRange = peer
    }

    /// `GET`, `POST` and so on, as it was sent: capitals matter.
    public var method: String { headers.head[methodRange].text }

    /// The client's numeric address.
    public var peer: String { headers.head[peerRange].text }

    /// The target as it was sent, with the query: `/batch/b%201?max=5`.
    public var target: String { targetBytes.text }

    /// The path as it was sent, without the query: `/batch/b%201`.
    public var path: String { pathBytes.text }

    /// The path's parts, decoded: `["batch", "b 1"]`; `/` has none, and one slash at the end makes no empty part.
    ///
    /// A part can be `..` or hold a slash that was encoded: it is a name, not a path.
    public var segments: [String] {
        let path = pathBytes
        var segments: [String] = []
        var start = 0
        for end in 0...path.count where end == path.count || path[end] == UInt8(ascii: "/") {
            if end > start || (end > 0 && end < path.count) {
                segments.append(PercentDecoding.text(path[start..<end], plusIsSpace: false))
            }
            start = end + 1
        }
        return segments
    }

    /// The items of the query, decoded, in their order; a plus is a space.
    public var query: [HTTPQueryItem] { HTTPQueryItem.all(in: queryBytes) }

    /// The value of the first item of a name.
    public func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// Whether this is the method and the path as it was sent; compared without making a string.
    public func matches(_ method: StaticString, _ path: StaticString) -> Bool {
        Self.equals(headers.head[methodRange], method) && Self.equals(pathBytes, path)
    }

    private static func equals(_ bytes: Bytes, _ text: StaticString) -> Bool {
        bytes.count == text.utf8CodeUnitCount
            && bytes.withUnsafeBytes {
                $0.elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
            }
    }

    /// The same without its body, for who only wants to know what was asked.
    func withoutBody() -> HTTPServerRequest {
        HTTPServerRequest(
            headers: headers, method: methodRange, target: targetRange, peer: peerRange, body: Bytes(),
            isSecure: isSecure, arrival: arrival)
    }

    private var targetBytes: Bytes { headers.head[targetRange] }

    /// The target without scheme and host, which only a client that takes us for a proxy sends.
    private var originBytes: Bytes {
        let target = targetBytes
        guard target.count > 0, target[0] != UInt8(ascii: "/") else { return target }
        var slashes = 0
        for index in 0..<target.count where target[index] == UInt8(ascii: "/") || target[index] == UInt8(ascii: "?") {
            if target[index] == UInt8(ascii: "?") { return target[index..<target.count] }
            slashes += 1
            if slashes == 3 { return target[index..<target.count] }
        }
        return target == Bytes("*") ? target : Bytes()
    }

    private var pathBytes: Bytes {
        let origin = originBytes
        let end = (0..<origin.count).first { origin[$0] == UInt8(ascii: "?") } ?? origin.count
        return end == 0 ? Bytes("/") : origin[0..<end]
    }

    private var queryBytes: Bytes {
        let origin = originBytes
        guard let mark = (0..<origin.count).first(where: { origin[$0] == UInt8(ascii: "?") }) else { return Bytes() }
        return origin[(mark + 1)..<origin.count]
    }
}
