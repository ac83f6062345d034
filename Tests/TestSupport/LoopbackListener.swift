// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A port on loopback whose connections are served on threads of their own, until the last reference to it is gone.
package final class LoopbackListener: Sendable {
    package let port: Int
    private let socket: Int32

    /// - Parameter serve: Is given each connection, on a thread of its own, and closes it.
    /// - Throws: `POSIXFailure` when there is no port.
    package init(_ serve: @escaping @Sendable (Int32) -> Void) throws {
        let listener = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        socket = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, address, &size) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else { throw POSIXFailure(code: errno) }
        Thread.detachNewThread {
            // Closed by the thread that uses it: a number that is free again may be another server's.
            defer { close(listener) }
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 { return }
                Thread.detachNewThread { serve(connection) }
            }
        }
    }

    deinit { shutdown(socket, Int32(SHUT_RDWR)) }
}
