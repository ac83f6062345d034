// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Looks whether a program is there before anybody needs it, so that the one who wrote the file is told.
struct ProgramCheck {
    /// Where it is to run, and relative paths begin.
    let directory: String
    /// `PATH`, as the program would have it.
    let folders: String?

    /// What is missing; nil when nothing is.
    func lack(of program: String) -> String? {
        guard access(directory, X_OK) == 0 else { return "there is no folder \"\(directory)\" to run the program in" }
        if program.contains("/") {
            let path = program.hasPrefix("/") ? program : "\(directory)/\(program)"
            return isProgram(path) ? nil : "there is no program \"\(program)\", or it may not be run"
        }
        // Without PATH the system has its own, which is not ours to know.
        guard let folders else { return nil }
        let isThere = folders.split(separator: ":").contains { $0.hasPrefix("/") && isProgram("\($0)/\(program)") }
        return isThere ? nil : "there is no program \"\(program)\" in PATH"
    }

    private func isProgram(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
