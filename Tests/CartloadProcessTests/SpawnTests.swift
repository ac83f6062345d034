// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import Testing

@testable import CartloadProcess

/// What a child is given, and that nothing is left behind by it.
@Suite(.serialized) struct SpawnTests {
    /// How many descriptors tests that run meanwhile may have opened; a leak of ours is more.
    private let ofOthers = 100

    private func open() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    /// The state of a process, nil when there is none.
    private func state(of process: Int32) -> Character? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].first { !$0.isWhitespace }
    }

    @Test(arguments: [false, true]) func fiveHundredLeaveNothingBehind(isOnOlderKernel: Bool) async throws {
        try await ChildProcess.shell("exit 0").waitForSuccess()
        let before = try open()
        var processes: [Int32] = []
        for _ in 0..<10 {
            try await withThrowingTaskGroup(of: Int32.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let child = try ChildProcess.shell("echo x >&2; cat", isOnOlderKernel: isOnOlderKernel)
                        // Some are closed, some killed, some forgotten.
                        if number % 3 == 0 { child.input.close() } else if number % 3 == 1 { child.kill() }
                        if number % 3 < 2 { _ = try await child.wait() }
                        return child.processID
                    }
                }
                for try await process in group { processes.append(process) }
            }
        }
        // The forgotten ones end on their own, soon.
        for _ in 0..<5000 where try open() > before + ofOthers { usleep(1000) }
        let after = try open()
        #expect(after <= before + ofOthers, "\(before) descriptors before, \(after) after")
        for process in processes {
            for _ in 0..<1000 where state(of: process) == "Z" { usleep(1000) }
            #expect(state(of: process) != "Z")
        }
        #expect(processes.count == 500)
    }

    @Test func afterFailuresNothingIsOpen() throws {
        let before = try open()
        for _ in 0..<200 {
            #expect(throws: CartloadError.self) { try ChildProcess(ChildCommand("cat", directory: "/nowhere/at/all")) }
        }
        #expect(try open() <= before + ofOthers)
    }

    @Test(arguments: [false, true]) func onlyTheStandardDescriptorsAreInherited(isOnOlderKernel: Bool) async throws {
        let stray = (0..<300).map { _ in Glibc.open("/dev/null", O_RDONLY) }
        defer { for descriptor in stray { close(descriptor) } }
        // The fourth is the folder that is listed.
        let child = try ChildProcess.shell("ls /proc/self/fd", isOnOlderKernel: isOnOlderKernel)
        #expect(try child.lines() == ["0", "1", "2", "3"])
    }

    @Test func signalsAreAsInANewProcess() async throws {
        let before = signal(SIGUSR1, SIG_IGN)
        defer { signal(SIGUSR1, before) }
        let child = try ChildProcess(ChildCommand("sed", ["-n", "/^Sig[BIC]/p", "/proc/self/status"]))
        let zeros = "\t0000000000000000"
        let lines = try child.lines()
        #expect(lines == ["SigBlk:" + zeros, "SigIgn:" + zeros, "SigCgt:" + zeros])
    }

    @Test func itLeadsAGroupOfItsOwn() async throws {
        let child = try ChildProcess.shell("sleep 1000")
        #expect(getpgid(child.processID) == child.processID)
        #expect(getpgrp() != child.processID)
    }

    @Test func limitsHold() async throws {
        let child = try ChildProcess.shell(
            "ulimit -n; ulimit -c; ulimit -t; ulimit -v",
            configure: {
                $0.limits = ChildLimits(addressSpace: 1 << 30, computing: .milliseconds(7500), openFiles: 50)
            })
        #expect(try child.lines() == ["50", "0", "8", "1048576"])
        let free = try ChildProcess.shell("ulimit -c; ulimit -v")
        #expect(try free.lines().first == "0")
    }

    @Test func computingTooLongEndsIt() async throws {
        let child = try ChildProcess.shell("while :; do :; done", configure: { $0.limits.computing = .seconds(1) })
        #expect(try await child.wait() == .signalled(SIGXCPU))
    }

    @Test func itRunsInItsFolder() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "process-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appending(path: "here")
        try Data("#!/bin/sh\npwd\n".utf8).write(to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path())
        // A relative path begins in the folder.
        let child = try ChildProcess(ChildCommand("./here", directory: folder.path()))
        let printed = try child.printed().filter { !$0.isNewline }
        #expect(printed == folder.path() || printed.hasSuffix(folder.lastPathComponent))
    }

    @Test func theEnvironmentIsAddedToOrBegunAnew() async throws {
        setenv("CARTLOAD_PROCESS_TEST", "parent", 1)
        setenv("CARTLOAD_PROCESS_OTHER", "other", 1)
        func seen(_ environment: ChildEnvironment) throws -> [String] {
            try ChildProcess(ChildCommand("env", environment: environment)).lines()
        }
        let added = try seen(ChildEnvironment(["CARTLOAD_PROCESS_TEST": "given=1", "CARTLOAD_PROCESS_NEW": ""]))
        #expect(added.contains("CARTLOAD_PROCESS_TEST=given=1"))
        #expect(added.contains("CARTLOAD_PROCESS_OTHER=other"))
        #expect(added.contains("CARTLOAD_PROCESS_NEW="))
        #expect(!added.contains("CARTLOAD_PROCESS_TEST=parent"))
        #expect(try seen(ChildEnvironment(["A": "1", "B": "x y"], isClean: true)) == ["A=1", "B=x y"])
    }

    @Test func aProgramIsFoundInThePathThatItGets() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "process-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appending(path: "tap-here")
        try Data("#!/bin/sh\necho found\n".utf8).write(to: script)
        let environment = ChildEnvironment(["PATH": "/nowhere:\(folder.path()):/usr/bin:/bin"])
        let command = ChildCommand("tap-here", environment: environment)
        var error = #expect(throws: CartloadError.self) { try ChildProcess(command) }
        #expect(error?.code == .programNotExecutable)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path())
        #expect(try ChildProcess(command).printed() == "found\n")
        error = #expect(throws: CartloadError.self) { try ChildProcess(ChildCommand("tap-here")) }
        #expect(error?.code == .programNotFound)
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var text: String?
        var mode = 0o755
        var command = ChildCommand("./program")
        let code: CartloadError.Code
    }

    static let failures = [
        Failure(testDescription: "no name", command: ChildCommand(""), code: .programNotFound),
        Failure(testDescription: "no such file", code: .programNotFound),
        Failure(testDescription: "no such program", command: ChildCommand("no-such-program"), code: .programNotFound),
        Failure(testDescription: "a folder", command: ChildCommand("/usr"), code: .programNotExecutable),
        Failure(testDescription: "not executable", text: "#!/bin/sh\n", mode: 0o644, code: .programNotExecutable),
        Failure(testDescription: "no first line", text: "echo x\n", code: .programNotExecutable),
        Failure(testDescription: "no interpreter", text: "#!/no/such/sh\n", code: .programNotExecutable),
        Failure(
            testDescription: "a zero byte in an argument", command: ChildCommand("cat", ["a\u{0}b"]),
            code: .programNotStarted),
        Failure(
            testDescription: "a bad variable", command: ChildCommand("cat", environment: .init(["A=B": "c"])),
            code: .programNotStarted),
        Failure(
            testDescription: "arguments that are too long",
            command: ChildCommand("cat", [String(repeating: "x", count: 1 << 20)]), code: .programNotStarted),
    ]

    @Test(arguments: failures) func whatCannotBeStartedIsAnError(failure: Failure) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "process-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "program")
        if let text = failure.text {
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: failure.mode], ofItemAtPath: file.path())
        }
        var command = failure.command
        command.directory = folder.path()
        let error = #expect(throws: CartloadError.self) { try ChildProcess(command) }
        #expect(error?.code == failure.code)
        #expect(error?.description.contains(folder.path()) == false)
    }

    @Test func aFolderThatIsNotThereIsNamedAsTheReason() throws {
        let error = #expect(throws: CartloadError.self) {
            try ChildProcess(ChildCommand("cat", directory: "/nowhere/at/all"))
        }
        #expect(error?.code == .programNotStarted)
        #expect(error?.message.contains("folder") == true)
    }

    @Test func itDiesWithThisProcess() async throws {
        let result = await #expect(
            processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]
        ) {
            // Started from a thread that is gone soon, which must not matter.
            let child = try await Task.detached {
                try ChildProcess.shell("echo $$; exec sleep 1000", configure: { $0.output = .pipe })
            }.value
            FileHandle.standardOutput.write(Data("child=\(try child.output.word());".utf8))
            kill(getpid(), SIGKILL)
        }
        let output = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
        let number = try #require(output.firstMatch(of: #/child=([0-9]+);/#).flatMap { Int32($0.1) })
        // The kernel sends the signal while the parent ends, so the child may need a moment.
        for _ in 0..<5000 where state(of: number) != nil && state(of: number) != "Z" { usleep(1000) }
        #expect(state(of: number) == nil || state(of: number) == "Z")
    }

    @Test(arguments: [false, true])
    func anEndThatTheSystemDoesNotTellIsNoSuccess(isOnOlderKernel: Bool) async throws {
        // In a process of its own, because it concerns all children.
        await #expect(processExitsWith: .exitCode(17)) { [isOnOlderKernel] in
            signal(SIGCHLD, SIG_IGN)
            let child = try ChildProcess.shell("exit 0", isOnOlderKernel: isOnOlderKernel)
            guard try await child.wait() == .unknown else { exit(1) }
            await #expect(throws: CartloadError.self) { try await child.waitForSuccess() }
            exit(17)
        }
    }

    @Test func aThreadThatEndsDoesNotTakeItsChildrenWithIt() async throws {
        let child = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try ChildProcess(ChildCommand("cat")) }) }
        }
        // More threads come and go, and it still answers.
        for _ in 0..<20 {
            await withCheckedContinuation { continuation in Thread.detachNewThread { continuation.resume() } }
        }
        child.input.close()
        #expect(try await child.wait() == .exited(0))
    }
}
