// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// An answer.
public struct HTTPServerResponse: Sendable {
    /// What follows the headers.
    public enum Body: Sendable {
        /// Sent as it is, or compressed.
        case bytes(Bytes)
        /// Sent one after the other without being joined.
        case pieces([Bytes])
        /// Written as it comes to be, such as server-sent events. When the closure throws, the connection is cut, so that
        /// the client does not take what it has for all there is. A stream is never compressed.
        case stream(@Sendable (HTTPResponseStream) async throws -> Void)
    }

    /// 200 to 599.
    public var status: Int
    /// Sent as they are, with `Date` and what frames the body; a field that would frame the body or the connection is
    /// left out, and one with a line break makes the answer a 500.
    public var headers: [HTTPField]
    /// Left out for HEAD and where the status allows none.
    public var body: Body
    /// Whether the connection ends after it.
    public var closesConnection = false

    /// An answer; without arguments an empty 200.
    public init(status: Int = 200, headers: [HTTPField] = [], body: Body = .bytes(Bytes())) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of a header.
    func header(_ name: StaticString) -> String? {
        headers.first { field in
            field.name.utf8.count == name.utf8CodeUnitCount
                && zip(field.name.utf8, UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
                    .allSatisfy { $0.lowercase == $1.lowercase }
        }?.value
    }
}
