// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTP
import Dispatch
import Glibc
import Synchronization

/// Sends any bytes to a server on loopback in two ways, at once and in small pieces, and compares what its handler has seen
/// and what it answers; the first bytes choose the pieces, and whether tasks answer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    guard size > 2 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: data + 2, count: size - 2))
    let piece = Int(data[0] & 15) + 1
    answersInTasks.store(data[1] & 1 != 0, ordering: .relaxed)
    let whole = talk(bytes, piece: bytes.count)
    let pieces = talk(bytes, piece: piece)
    expect(whole == pieces, "\(whole)\nbecame with pieces of \(piece)\n\(pieces)")
    let statuses = whole.statuses
    // Nothing is served after a refusal (a compressed body is none: its end is known), and nothing is served twice.
    if let refused = statuses.firstIndex(where: { $0 >= 400 && $0 != 415 }) {
        expect(refused == statuses.count - 1, "answers after a refusal: \(whole)")
    }
    expect(whole.seen.count == statuses.count { $0 == 200 }, "\(whole)")
    return 0
}

/// What came of a connection.
struct Talk: Equatable {
    var seen: [String] = []
    var statuses: [Int] = []
    var isWellFormed = true
}

/// What the handler has seen: method, target, fields and body.
let seen = Mutex<[String]>([])

let answersInTasks = Atomic(false)

struct Handler: HTTPHandler {
    func immediateResponse(to request: HTTPServerRequest) -> HTTPServerResponse? {
        answersInTasks.load(ordering: .relaxed) ? nil : answer(request)
    }

    func response(to request: HTTPServerRequest) async -> HTTPServerResponse { answer(request) }

    private func answer(_ request: HTTPServerRequest) -> HTTPServerResponse {
        var text = "\(request.method) \(request.target) \(request.segments) \(request.query)"
        for index in 0..<request.headers.count { text += "\n\(request.headers[index])" }
        text += "\n\(Array(request.body.text.utf8))"
        seen.withLock { $0.append(text) }
        return HTTPServerResponse(body: .bytes(Bytes("ok")))
    }
}

let port: Int = {
    var options = HTTPServerOptions()
    options.loops = 1
    options.maximumHeaderBytes = 512
    options.maximumBodyBytes = 300
    options.bodyBudget = 1000
    let server = BeastServer(options)
    do {
        let port = try server.start().port
        Task.detached { try await server.serve(Handler()) }
        return port
    } catch {
        fatalError("\(error)")
    }
}()

func talk(_ bytes: [UInt8], piece: Int) -> Talk {
    seen.withLock { $0 = [] }
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(client) }
    var limit = timeval(tv_sec: 8, tv_usec: 0)
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var one: Int32 = 1
    setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    // Ports of ended connections would run out.
    var reset = linger(l_onoff: 1, l_linger: 0)
    setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout<linger>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
    expect(isConnected, "no connection: \(errno)")
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.prefix(piece).withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        // The fuzzer's alarm interrupts calls that have a time limit.
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        rest = rest.dropFirst(count)
    }
    shutdown(client, Int32(SHUT_WR))
    var answer: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = recv(client, &room, room.count, 0)
        if count < 0, errno == EINTR { continue }
        expect(count >= 0 || errno != EAGAIN, "the server neither answers nor closes")
        if count <= 0 { break }
        answer += room[..<count]
    }
    var result = Talk()
    result.seen = seen.withLock { $0 }
    parse(answer[...], into: &result)
    expect(result.isWellFormed, "an answer is ill-formed: \(String(decoding: answer, as: UTF8.self))")
    return result
}

/// Takes answers apart by what they say of their lengths.
func parse(_ answer: ArraySlice<UInt8>, into result: inout Talk) {
    var rest = answer
    while !rest.isEmpty {
        let text = String(decoding: rest, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return result.isWellFormed = false }
        let head = text[..<end.lowerBound]
        guard head.hasPrefix("HTTP/1.1 "), let status = Int(head.dropFirst(9).prefix(3)) else {
            return result.isWellFormed = false
        }
        var length = 0
        for line in head.split(separator: "\r\n") where line.hasPrefix("Content-Length: ") {
            length = Int(line.dropFirst(16)) ?? -1
        }
        // An answer to HEAD has none of its bytes.
        let size = head.utf8.count + 4
        if status != 100 { result.statuses.append(status) }
        let body = rest.dropFirst(size)
        let isHead = body.starts(with: Array("HTTP/1.1".utf8)) || body.isEmpty
        guard length >= 0, isHead || body.count >= length else { return result.isWellFormed = false }
        rest = isHead ? body : body.dropFirst(length)
    }
}

@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
) -> Int32

/// The entry that SwiftPM looks for in an executable.
@_cdecl("FuzzHTTP_main")
public func main(_ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
    var count = count
    var arguments = arguments
    return runFuzzer(&count, &arguments) { fuzzHTTP($0, $1) }
}

/// Like `precondition`, but with its message in release builds too.
func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}
