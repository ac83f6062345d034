// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Glibc

/// The one-file executable that runners of Airbyte connectors want: they give no words of ours before the protocol's.
struct ConnectorScript {
    let role: Registry.Role
    /// The connector as the command line named it.
    let connector: String

    /// The file's name: `source-sqlite`, or after the file that defines it.
    var name: String {
        let base = connector.split(separator: "/").last.map(String.init) ?? connector
        let stem = base.lastIndex(of: ".").map { String(base[..<$0]) } ?? base
        return "\(role.rawValue)-\(stem)"
    }

    /// - Parameters:
    ///   - program: This program's path.
    func text(program: String) throws -> String {
        let words = [
            program, role.rawValue, connector.contains("/") ? try ConnectorScript.absolute(connector) : connector,
        ]
        return """
            #!/bin/sh
            # An Airbyte \(role.rawValue) of Cartload
            exec \(words.map(ConnectorScript.quoted).joined(separator: " ")) "$@"

            """
    }

    /// Writes it into a folder, which is made when it is not there.
    ///
    /// - Returns: Its path.
    func install(in folder: String, program: String) throws -> String {
        try Folder.create(folder)
        let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        try AtomicFile.write(try text(program: program), to: path)
        guard chmod(path, 0o755) == 0 else {
            throw CartloadError(
                .outputFailed, "the file cannot be made executable: \(String(cString: strerror(errno)))",
                at: Location(source: path))
        }
        return path
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || "/._-+".utf8.contains(byte)
        }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    private static func absolute(_ path: String) throws -> String {
        guard let real = realpath(path, nil) else {
            throw CartloadError(
                .unknownConnector, "the source's definition cannot be found: \(String(cString: strerror(errno)))",
                at: Location(source: path))
        }
        defer { free(real) }
        return String(cString: real)
    }

    /// The program that runs.
    static func ownProgram() -> String {
        realpath("/proc/self/exe", nil).map { path in
            defer { free(path) }
            return String(cString: path)
        } ?? CommandLine.arguments[0]
    }
}
