// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The built program, running.
final class Child {
    /// How it ended.
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    static var program: URL {
        if let path = ProcessInfo.processInfo.environment["CARTLOAD_PROGRAM"] { return URL(filePath: path) }
        return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: ".build/debug/cartload")
    }

    private let process = Process()
    private let messages: URL

    /// Starts it in a folder; what it says goes to a file there.
    init(_ arguments: [String], in sandbox: Sandbox, input: FileHandle = .nullDevice, output: FileHandle = .nullDevice)
        throws
    {
        try #require(
            FileManager.default.isExecutableFile(atPath: Child.program.path()), "build first: swift build")
        messages = sandbox.folder.appending(path: "messages-\(UUID().uuidString)")
        try Data().write(to: messages)
        process.executableURL = Child.program
        process.arguments = arguments
        process.currentDirectoryURL = sandbox.folder
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: messages)
        try process.run()
    }

    deinit { try? FileManager.default.removeItem(at: messages) }

    var isRunning: Bool { process.isRunning }

    func send(_ signal: Int32) { if process.isRunning { kill(process.processIdentifier, signal) } }

    /// Whether it has a handler for a signal already; before that, the signal would just kill it.
    func catches(_ signal: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("SigCgt:") }),
            let mask = UInt64(line.dropFirst(7).filter { !$0.isWhitespace }, radix: 16)
        else { return false }
        return mask & 1 << UInt64(signal - 1) != 0
    }

    func wait() -> End {
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
            ? .signal(process.terminationStatus) : .exit(process.terminationStatus)
    }

    /// What it said so far.
    var said: String { (try? String(contentsOf: messages, encoding: .utf8)) ?? "" }

    /// Runs it to its end.
    static func run(_ arguments: String..., in sandbox: Sandbox) throws -> (end: End, said: String) {
        let child = try Child(arguments, in: sandbox)
        return (child.wait(), child.said)
    }
}
