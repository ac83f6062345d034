// SPDX-License-Identifier: Apache-2.0

internal import CSpawn
internal import CartloadCore
internal import Glibc

/// A command with all that is decided before the fork: the program's file, and its arguments and environment as C wants them.
struct SpawnRequest {
    /// What a child that was started is, to this process.
    struct Child {
        let processID: Int32
        let input: Descriptor?
        let output: Descriptor?
        let errors: Descriptor?
    }

    private let command: ChildCommand
    private let path: String
    private let environment: [String]
    private let lacksCloseRange: Bool

    init(_ command: ChildCommand, lacksCloseRange: Bool) throws {
        let variables = command.environment.resolved()
        for text in [command.program, command.directory ?? ""] + command.arguments where text.utf8.contains(0) {
            throw CartloadError.notStarted(command, "its path or an argument holds a zero byte")
        }
        for (name, value) in variables {
            let isProper =
                !name.isEmpty && !name.utf8.contains(UInt8(ascii: "=")) && !"\(name)\(value)".utf8.contains(0)
            if isProper { continue }
            throw CartloadError.notStarted(command, "an environment variable has no proper name, or holds a zero byte")
        }
        self.command = command
        self.lacksCloseRange = lacksCloseRange
        environment = variables.map { "\($0.name)=\($0.value)" }
        let folders = variables.first { $0.name == "PATH" }?.value ?? ProgramSearch.standardFolders
        path = try ProgramSearch(folders: folders, directory: command.directory).path(of: command)
    }

    func spawn() throws -> Child {
        var child = cl_spawn_child()
        let error = SpawnRequest.withTexts([path] + [command.directory ?? ""]) { paths in
            SpawnRequest.withTexts([command.program] + command.arguments) { arguments in
                SpawnRequest.withTexts(environment) { environment in
                    var wanted = cl_spawn_command()
                    wanted.path = UnsafePointer(paths[0])
                    wanted.directory = command.directory == nil ? nil : UnsafePointer(paths[1])
                    wanted.arguments = UnsafePointer(arguments)
                    wanted.environment = UnsafePointer(environment)
                    wanted.standard = (command.input.number, command.output.number, command.errors.number)
                    wanted.address_space = ChildLimits.number(command.limits.addressSpace)
                    wanted.cpu_seconds = ChildLimits.number(command.limits.computingSeconds)
                    wanted.open_files = ChildLimits.number(command.limits.openFiles)
                    wanted.lacks_close_range = lacksCloseRange ? 1 : 0
                    return cl_spawn(&wanted, &child)
                }
            }
        }
        guard error == 0 else { throw failure(stage: Int(child.stage), SystemFailure(number: error)) }
        func descriptor(_ number: Int32) -> Descriptor? { number < 0 ? nil : Descriptor(number) }
        return Child(
            processID: child.pid, input: descriptor(child.pipes.0), output: descriptor(child.pipes.1),
            errors: descriptor(child.pipes.2))
    }

    private func failure(stage: Int, _ error: SystemFailure) -> CartloadError {
        switch stage {
        case CL_SPAWN_PIPES: return .notStarted(command, "there is no pipe for it", cause: error)
        case CL_SPAWN_DIRECTORY: return .notStarted(command, "its folder cannot be entered", cause: error)
        case CL_SPAWN_LIMITS: return .notStarted(command, "its limits cannot be set", cause: error)
        case CL_SPAWN_EXEC:
            switch error.number {
            // The file itself was found before.
            case ENOENT: return .notExecutable(command, "what its first line asks for, or its loader, is not there")
            case EACCES, EPERM: return .notExecutable(command, "permission denied")
            case ENOEXEC: return .notExecutable(command, "the file is no program for this machine")
            default: return .notStarted(command, "the system refuses it", cause: error)
            }
        default: return .notStarted(command, "there is no process for it", cause: error)
        }
    }

    /// Texts as a list that ends with nil, for as long as the body runs.
    private static func withTexts<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws -> Result
    ) rethrows -> Result {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() { list[index] = strdup(text) }
        list[texts.count] = nil
        defer {
            for index in texts.indices { free(list[index]) }
            list.deallocate()
        }
        return try body(list)
    }
}

extension ChildCommand.Standard {
    /// As C has it.
    fileprivate var number: Int32 {
        switch self {
        case .pipe: Int32(CL_SPAWN_PIPE)
        case .inherit: Int32(CL_SPAWN_INHERIT)
        case .null: Int32(CL_SPAWN_NULL)
        }
    }
}
