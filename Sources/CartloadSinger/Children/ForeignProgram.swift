// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadProcess
internal import CartloadStorage
internal import Glibc

/// Somebody else's tap or target: its command, its configuration, and what it needs around it.
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
    func start(_ arguments: [String], onErrorLine: (@Sendable (String) -> Void)? = nil) throws -> ChildProcess {
        guard let program = command.first else {
            throw CartloadError(.singerProgram, "the command is empty", advice: "Name a program and its arguments.")
        }
        var command = ChildCommand(program, Array(self.command.dropFirst()) + arguments)
        command.environment = ChildEnvironment(environment)
        command.directory = directory
        return try ChildProcess(command, onErrorLine: onErrorLine)
    }

    /// Runs it with more arguments and returns what it prints, which may be so long at most.
    func output(_ arguments: [String], atMost limit: Int = 64 << 20) async throws -> Bytes {
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
                throw CartloadError(.singerProgram, "\(child.name) prints more than \(limit) bytes")
            }
        }
        try await child.waitForSuccess()
        return text.finish()
    }
}

/// A folder for the files that a program is started with; nobody else may read it, and it goes with the last reference.
final class ProgramFolder: Sendable {
    let path: String

    init() throws {
        let root = getenv("TMPDIR").map { String(cString: $0) } ?? "/" + "tmp"
        var template = Array("\(root)/cartload-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw CartloadError(
                .singerProgram,
                "no folder for temporary files can be made in \(root): \(String(cString: strerror(errno)))")
        }
        path = String(cString: made)
    }

    deinit {
        for name in ["config.json", "catalog.json", "state.json"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// Writes one of the files and returns its path.
    func write(_ name: String, _ value: JSONValue) throws -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CartloadError(
                .singerProgram, "a temporary file cannot be written: \(String(cString: strerror(errno)))",
                at: Location(source: file))
        }
        defer { close(descriptor) }
        try Bytes(value.description).withUnsafeBytes { try LineOutput.descriptor(descriptor, name: file).put($0) }
        return file
    }
}

extension CartloadError.Code {
    /// Another tap or target cannot be used.
    public static let singerProgram = CartloadError.Code("singer.program")
}
