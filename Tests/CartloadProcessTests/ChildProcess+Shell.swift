// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Glibc

@testable import CartloadProcess

extension ChildProcess {
    /// A shell that runs a script.
    static func shell(
        _ script: String, _ arguments: [String] = [], isOnOlderKernel: Bool = false,
        configure: (inout ChildCommand) -> Void = { _ in }, onErrorLine: (@Sendable (String) -> Void)? = nil
    ) throws -> ChildProcess {
        var command = ChildCommand("sh", ["-c", script, "sh"] + arguments)
        configure(&command)
        return try ChildProcess(command, isOnOlderKernel: isOnOlderKernel, onErrorLine: onErrorLine)
    }

    /// Everything that it prints until all who could have closed its output.
    func printed() throws -> String { try output.text() }

    /// The lines it prints.
    func lines() throws -> [String] { try printed().split(separator: "\n").map(String.init) }
}

extension ChildOutput {
    func text() throws -> String {
        var bytes: [UInt8] = []
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { room.deallocate() }
        while case let count = try read(into: room), count > 0 { bytes += room[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits for a first word, which says that the child is ready.
    func word() throws -> String {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { room.deallocate() }
        let count = try read(into: room)
        return String(decoding: room[..<count], as: UTF8.self).filter { !$0.isWhitespace }
    }
}
