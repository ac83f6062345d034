// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Somebody else's program of a message protocol, such as a tap or a target: its command, its configuration, and what it needs around it.
public struct ForeignProgram: Sendable {
    /// The program and its arguments before ours.
    public var command: [String]
    /// What its `--config` file holds.
    public var configuration: JSONValue
    /// Variables added to its environment.
    public var environment: [String: String]
    /// Where it runs; nil for this process's own folder.
    public var directory: String?
    /// How long it may take to end once it is asked to.
    public var grace: Duration

    public init(
        _ command: [String], configuration: JSONValue = .object(JSONObject()), environment: [String: String] = [:],
        directory: String? = nil, grace: Duration = .seconds(60)
    ) {
        self.command = command
        self.configuration = configuration
        self.environment = environment
        self.directory = directory
        self.grace = grace
    }

    /// Starts it with more arguments.
    ///
    /// - Parameter onErrorLine: Called with each line that it says on stderr.
    package func start(_ arguments: [String], onErrorLine: (@Sendable (String) -> Void)? = nil) throws -> ChildProcess {
        guard let program = command.first else {
            throw CartloadError(.programUnusable, "the command is empty", advice: "Name a program and its arguments.")
        }
        var command = ChildCommand(program, Array(self.command.dropFirst()) + arguments)
        command.environment = ChildEnvironment(environment)
        command.directory = directory
        return try ChildProcess(command, onErrorLine: onErrorLine)
    }

    /// Runs it with more arguments and returns what it prints, which may be so long at most.
    package func output(_ arguments: [String], atMost limit: Int = 64 << 20) async throws -> Bytes {
        let child = try start(arguments)
        child.input.close()
        var text = BytesBuilder()
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { room.deallocate() }
        while true {
            let count = try child.output.read(into: room)
            if count == 0 { break }
            text.append(UnsafeRawBufferPointer(rebasing: room[..<count]))
            guard text.count <= limit else {
                child.kill()
                throw CartloadError(.programUnusable, "\(child.name) prints more than \(limit) bytes")
            }
        }
        try await child.waitForSuccess()
        return text.finish()
    }
}
