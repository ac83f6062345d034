// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A folder of `Golden/`: what a user does, and exactly what comes of it.
///
/// `command` is a bash script; it runs in a folder of its own with the files of `input/` and, if there is one,
/// `flow.yaml`. In it `cartload` is the program under a time limit; `(exit n)` is printed after it when n is not 0. What
/// the script prints, and which files are there at the end, is compared with `expected`. Nothing else has to be written to
/// add a case; `CARTLOAD_RECORD=1` writes `expected`, and such a run fails.
struct BadInputCase: Sendable, CustomStringConvertible {
    let folder: URL

    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static let all: [BadInputCase] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path())) ?? []
        return names.sorted().map { BadInputCase(folder: root.appending(path: $0)) }
    }()

    var description: String { folder.lastPathComponent }

    private var files: FileManager { .default }

    /// What every script begins with.
    private static let prelude = """
        exec 2>&1 </dev/null
        unset CARTLOAD_LOG_LEVEL
        cartload() {
            local options=()
            case "$1" in run | copy) options=(--no-progress) ;; esac
            timeout --signal=KILL "${LIMIT:-30}" "$CARTLOAD" "$@" "${options[@]}"
            local code=$?
            [ $code = 0 ] || echo "(exit $code)"
            return $code
        }
        # A small file system in this script's own mount namespace, so that nothing of it is left over.
        small_disk() { # folder, size
            mkdir -p "$1"
            mount -t tmpfs -o "size=$2" tmpfs "$1" >/dev/null || { echo "SKIPPED: mounting is not allowed"; exit 0; }
        }
        # A device node in the case's folder, never one of the machine's own.
        device() { # name, major, minor
            mknod -m 666 "$1" c "$2" "$3" >/dev/null || { echo "SKIPPED: making devices is not allowed"; exit 0; }
        }
        as_nobody() { # root may do everything
            [ "$(id -u)" != 0 ] || { echo "SKIPPED: root is denied nothing"; exit 0; }
        }

        """

    /// Runs the case with a program and returns what is to be seen of it.
    func transcript(of program: URL) throws -> String {
        let place = files.temporaryDirectory.appending(path: "cartload-bad-\(UUID().uuidString)")
        let input = folder.appending(path: "input")
        if files.fileExists(atPath: input.path()) {
            try files.copyItem(at: input, to: place)
        } else {
            try files.createDirectory(at: place, withIntermediateDirectories: true)
        }
        defer { try? files.removeItem(at: place) }
        let flow = folder.appending(path: "flow.yaml")
        if files.fileExists(atPath: flow.path()) {
            try files.copyItem(at: flow, to: place.appending(path: "flow.yaml"))
        }
        let before = try names(in: place)
        let command = String(decoding: try Data(contentsOf: folder.appending(path: "command")), as: UTF8.self)
        var text = try BadInputCase.run(command, in: place, program)
        if text.contains("SKIPPED: ") { return text }
        let left = try names(in: place).subtracting(before).sorted()
        text += "files: \(left.isEmpty ? "none" : left.joined(separator: " "))\n"
        return BadInputCase.steady(text)
    }

    /// Runs a script as cases are run, and returns what it prints.
    static func run(_ command: String, in place: URL, _ program: URL) throws -> String {
        let script = prelude + command
        let bash = Process()
        let isMounting = script.contains("\nsmall_disk ")
        bash.executableURL = URL(filePath: isMounting ? "/usr/bin/unshare" : "/bin/bash")
        bash.arguments = (isMounting ? ["--mount", "/bin/bash"] : []) + ["--norc", "-c", script]
        bash.currentDirectoryURL = place
        bash.environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": place.path(), "LC_ALL": "C.UTF-8",
            "CARTLOAD": program.path(),
        ]
        let pipe = Pipe()
        bash.standardOutput = pipe
        bash.standardError = pipe
        try bash.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        bash.waitUntilExit()
        return output.hasPrefix("unshare: ") ? "SKIPPED: mounting is not allowed" : output
    }

    private func names(in place: URL) throws -> Set<String> { Set(try files.subpathsOfDirectory(atPath: place.path())) }

    /// Takes away what differs from run to run: times, rates and process ids.
    private static func steady(_ text: String) -> String {
        text.replacing(#/in [0-9.:]+ s\b|in [0-9]+:[0-9:]+/#, with: "in … s")
            .replacing(#/, [0-9,]+ records\/s/#, with: "")
            .replacing(#/"seconds": ?[0-9.e-]+/#, with: "\"seconds\":…")
            .replacing(#/process [0-9]+/#, with: "process …")
    }
}
