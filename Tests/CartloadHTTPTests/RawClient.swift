// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A client that sends any bytes and reads what comes; it blocks, so it is used on a thread of its own.
final class RawClient: Sendable {
    struct Failure: Error {
        let number: Int32
    }

    private let socket: Int32

    /// Connects to loopback. A small receive buffer makes a slow reader of it.
    init(_ port: Int, isIPv6: Bool = false, receiveBuffer: Int32? = nil) throws {
        socket = Glibc.socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Failure(number: errno) }
        if var size = receiveBuffer {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        // Nothing waits for ever when a server is wrong.
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var isConnected: Int32
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = UInt16(port).bigEndian
            address.sin6_addr = in6addr_loopback
            isConnected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            isConnected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        guard isConnected == 0 else {
            let number = errno
            close(socket)
            throw Failure(number: number)
        }
    }

    deinit { close(socket) }

    /// Sends all, or as much as a server takes that closes meanwhile.
    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EPIPE || errno == ECONNRESET { return }
            guard count > 0 else { throw Failure(number: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Says that nothing more will be sent.
    func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// The next bytes; nil at the end.
    func read(upTo limit: Int = 1 << 16) throws -> [UInt8]? {
        var room = [UInt8](repeating: 0, count: limit)
        var count: Int
        repeat { count = recv(socket, &room, room.count, 0) } while count < 0 && errno == EINTR
        if count < 0, errno == ECONNRESET { throw Failure(number: ECONNRESET) }
        guard count >= 0 else { throw Failure(number: errno) }
        return count == 0 ? nil : Array(room[..<count])
    }

    /// Everything until the server closes.
    func readAll() throws -> String {
        var all: [UInt8] = []
        do {
            while let more = try read() { all += more }
        } catch let failure as Failure where failure.number == ECONNRESET {}
        return String(decoding: all, as: UTF8.self)
    }

    /// Reads until a text has come; what has come until then.
    func read(until end: String) throws -> String {
        var all: [UInt8] = []
        while !String(decoding: all, as: UTF8.self).contains(end) {
            guard let more = try read() else { break }
            all += more
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// The next byte only, so that what follows is left for the next call.
    func readResponse() throws -> RawResponse {
        var head: [UInt8] = []
        while head.suffix(4) != Array("\r\n\r\n".utf8)[...] {
            guard let byte = try read(upTo: 1) else { throw Failure(number: 0) }
            head += byte
        }
        var response = RawResponse(head: String(decoding: head, as: UTF8.self))
        let length = response["content-length"].flatMap { Int($0) } ?? 0
        while response.body.count < length {
            guard let more = try read(upTo: length - response.body.count) else { throw Failure(number: 0) }
            response.body += more
        }
        return response
    }
}
