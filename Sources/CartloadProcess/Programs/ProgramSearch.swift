// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// Finds the file of a program as a shell would; done before the fork, because the child may not allocate.
struct ProgramSearch {
    /// The folders to look in, as in `PATH`.
    let folders: String
    /// Where relative paths begin.
    let directory: String?

    /// What `PATH` is when there is none.
    static let standardFolders = "/usr/local/bin:/usr/bin:/bin"

    /// The path to execute.
    ///
    /// - Throws: `CartloadError` with code `process.not-found` or `process.not-executable`.
    func path(of command: ChildCommand) throws -> String {
        let program = command.program
        if program.contains("/") {
            let seen = program.hasPrefix("/") || directory == nil ? program : "\(directory ?? ".")/\(program)"
            switch ProgramSearch.look(at: seen) {
            case .program: return program
            case .other: throw CartloadError.notExecutable(command, "it may not be run, or is not a file")
            case .nothing: throw CartloadError.notFound(command, "there is no such file")
            }
        }
        guard !program.isEmpty else { throw CartloadError.notFound(command, "it has no name") }
        var isThere = false
        // Relative folders in PATH are left out: what runs should not depend on where.
        for folder in folders.split(separator: ":") where folder.hasPrefix("/") {
            switch ProgramSearch.look(at: "\(folder)/\(program)") {
            case .program: return "\(folder)/\(program)"
            case .other: isThere = true
            case .nothing: continue
            }
        }
        if isThere { throw CartloadError.notExecutable(command, "it may not be run, or is not a file") }
        throw CartloadError.notFound(command, "there is no program of that name in PATH")
    }

    private enum Finding { case program, other, nothing }

    private static func look(at path: String) -> Finding {
        var status = stat()
        guard stat(path, &status) == 0 else { return errno == EACCES ? .other : .nothing }
        guard status.st_mode & S_IFMT == S_IFREG else { return .other }
        return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? .program : .other
    }
}
