// SPDX-License-Identifier: Apache-2.0

/// Bytes that a server must take or refuse; see the table of what parsers leave to others.
struct FramingCase: Sendable, CustomStringConvertible {
    let description: String
    let bytes: String
    let statuses: [Int]

    private init(_ description: String, _ bytes: String, _ statuses: [Int]) {
        self.description = description
        self.bytes = bytes
        self.statuses = statuses
    }

    private static func post(_ name: String, _ fields: String, _ body: String = "", _ status: Int = 400) -> FramingCase
    {
        FramingCase(name, "POST /echo HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)", [status])
    }

    private static func chunked(_ name: String, _ body: String, _ status: Int = 400) -> FramingCase {
        post(name, "Transfer-Encoding: chunked\r\n", body, status)
    }

    private static func head(_ name: String, _ text: String, _ status: Int = 400) -> FramingCase {
        FramingCase(name, text, [status])
    }

    private static let long = String(repeating: "a", count: 100_000)

    /// What is refused; a second request after it must not be answered.
    static let refused: [FramingCase] = [
        post("two different lengths", "Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
        post("two equal lengths", "Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
        post("a list of equal lengths", "Content-Length: 5, 5\r\n", "hello"),
        post("a list of different lengths", "Content-Length: 5, 6\r\n", "hello"),
        post("length, then chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        post("chunked, then length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
        post("a length with a plus", "Content-Length: +5\r\n", "hello"),
        post("a negative length", "Content-Length: -1\r\n"),
        post("a hexadecimal length", "Content-Length: 0x5\r\n", "hello"),
        post("an empty length", "Content-Length:\r\n", "hello"),
        post("a length of twenty digits", "Content-Length: 10000000000000000005\r\n", "hello"),
        post("a length with a space", "Content-Length: 5 5\r\n", "hello"),
        post("a length with a space before the colon", "Content-Length : 5\r\n", "hello"),
        post("an unknown coding", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        post("a coding after chunked", "Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"),
        post("a coding before chunked", "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
        post("identity", "Transfer-Encoding: identity\r\n", "0\r\n\r\n"),
        post("chunked twice", "Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
        post("chunked in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        post("chunked with a parameter", "Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"),
        post("a vertical tab before chunked", "Transfer-Encoding: \u{0b}chunked\r\n", "0\r\n\r\n"),
        post("an empty coding", "Transfer-Encoding:\r\n", "0\r\n\r\n"),
        head(
            "chunked on HTTP/1.0", "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        chunked("a chunk's size with a plus", "+2\r\nhi\r\n0\r\n\r\n"),
        chunked("a chunk's size with 0x", "0x2\r\nhi\r\n0\r\n\r\n"),
        chunked("a chunk's negative size", "-1\r\nhi\r\n0\r\n\r\n"),
        chunked("a chunk's size after a space", " 2\r\nhi\r\n0\r\n\r\n"),
        chunked("a chunk's size of 17 digits", "10000000000000002\r\nhi\r\n0\r\n\r\n", 400),
        chunked("the largest chunk's size", "ffffffffffffffff\r\nhi\r\n0\r\n\r\n", 413),
        chunked("no size of a chunk", "\r\nhi\r\n0\r\n\r\n"),
        chunked("a chunk that is longer than its size", "2\r\nhiho\r\n0\r\n\r\n"),
        chunked("a chunk that ends with a line feed", "2\r\nhi\n0\r\n\r\n"),
        chunked("a chunk's size that ends with a line feed", "2\nhi\r\n0\r\n\r\n"),
        chunked("an extension of 100 kB", "2;\(long)\r\nhi\r\n0\r\n\r\n"),
        chunked("an extension without end", "2;\(long)\(long)"),
        chunked("many long extensions", String(repeating: "1;\(long.prefix(30_000))\r\nx\r\n", count: 3) + "0\r\n\r\n"),
        chunked("a trailer without end", "0\r\nA: \(long)\(long)"),
        chunked("a trailer with a length", "0\r\nContent-Length: 5\r\n\r\n"),
        head("a space before the colon", "GET /echo HTTP/1.1\r\nHost : a\r\n\r\n"),
        head("bare line feeds", "GET /echo HTTP/1.1\nHost: a\n\n"),
        head("a bare line feed after a field", "GET /echo HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        head("a bare carriage return", "GET /echo HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
        head("a zero byte", "GET /echo HTTP/1.1\r\nHost: a\r\nX: \u{0}b\r\n\r\n"),
        head("a zero byte in the target", "GET /echo\u{0} HTTP/1.1\r\nHost: a\r\n\r\n"),
        head("a folded field", "GET /echo HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"),
        head("a folded field with a tab", "GET /echo HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n"),
        head("a field before the first", "GET /echo HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n"),
        head("no host", "GET /echo HTTP/1.1\r\n\r\n"),
        head("two hosts", "GET /echo HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        head("a host with a path", "GET /echo HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        head("a field without a name", "GET /echo HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
        head("a field without a colon", "GET /echo HTTP/1.1\r\nHost: a\r\nfield\r\n\r\n"),
        head("no version", "GET /echo\r\nHost: a\r\n\r\n"),
        head("another version", "GET /echo HTTP/2.0\r\nHost: a\r\n\r\n"),
        head("two spaces", "GET  /echo HTTP/1.1\r\nHost: a\r\n\r\n"),
        head("a target without a slash", "GET echo HTTP/1.1\r\nHost: a\r\n\r\n"),
        head("a target with half an escape", "GET /echo%4 HTTP/1.1\r\nHost: a\r\n\r\n"),
        head("a target with an escaped zero", "GET /echo%00 HTTP/1.1\r\nHost: a\r\n\r\n"),
        head("a star for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        head("a connection for others", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        head("another expectation", "GET /echo HTTP/1.1\r\nHost: a\r\nExpect: luck\r\n\r\n", 417),
        head("a header of 100 kB", "GET /echo HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n", 431),
        head("a target of 100 kB", "GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n", 431),
        head("a header without end", "GET /echo HTTP/1.1\r\nHost: a\r\nX: \(long)", 431),
        post("a body over the limit", "Content-Length: 2000000\r\n", "", 413),
        post("a body over the limit, expected", "Content-Length: 2000000\r\nExpect: 100-continue\r\n", "", 413),
        post("a body over the limit and framed twice", "Content-Length: 2000000\r\nContent-Length: 1\r\n", "", 400),
        chunked("chunks over the limit", "\(String(2_000_000, radix: 16))\r\n", 413),
        post("a compressed body", "Content-Length: 5\r\nContent-Encoding: gzip\r\nConnection: close\r\n", "hello", 415),
    ]

    private static func taken(_ name: String, _ bytes: String, _ statuses: [Int] = [200]) -> FramingCase {
        FramingCase(name, bytes, statuses)
    }

    /// What is answered; the last request of each asks for the end of the connection.
    static let taken: [FramingCase] = [
        taken("a GET", "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        taken("an empty line before it", "\r\nGET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        taken("an empty host", "GET /echo HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n"),
        taken("HTTP/1.0 without a host", "GET /echo HTTP/1.0\r\n\r\n"),
        taken("HTTP/1.0 with a length", "POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi"),
        taken("an absolute target", "GET http://a/echo?x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        taken(
            "three in one piece",
            "GET /now HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
                + "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [200, 200, 200]),
        taken("PATCH", "PATCH /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        taken("DELETE", "DELETE /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        taken("an unknown method", "BREW /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        taken("OPTIONS of all", "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [404]),
        taken(
            "chunks with extensions, then another",
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n2;a=b\r\nhi\r\n3;c=\"d\"\r\nho!\r\n0\r\n\r\n"
                + "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [200, 200]),
    ]
}
