// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Glibc
import Synchronization
import Testing

@testable import CartloadProcess

@Suite(.serialized) struct ChildProcessTests {
    @Test(arguments: [0, 1, 3, 255] as [Int32], [false, true])
    func aStatusIsTold(status: Int32, isOnOlderKernel: Bool) async throws {
        let child = try ChildProcess.shell("exit $1", ["\(status)"], isOnOlderKernel: isOnOlderKernel)
        #expect(try await child.wait() == .exited(status))
        #expect(child.end == .exited(status))
        // A second wait is over at once.
        #expect(try await child.wait() == .exited(status))
    }

    @Test(
        arguments: [(SIGKILL, "SIGKILL"), (SIGSEGV, "SIGSEGV"), (SIGTERM, "SIGTERM"), (40, "signal 40")], [false, true])
    func aSignalIsTold(signal: (number: Int32, name: String), isOnOlderKernel: Bool) async throws {
        let child = try ChildProcess.shell("kill -$1 $$", ["\(signal.number)"], isOnOlderKernel: isOnOlderKernel)
        let end = try await child.wait()
        #expect(end == .signalled(signal.number))
        #expect("\(end)" == signal.name)
        let error = await #expect(throws: CartloadError.self) { try await child.waitForSuccess() }
        #expect(error?.code == .programKilled)
        #expect(error?.message.hasSuffix(signal.name) == true)
    }

    @Test func aFailureSaysTheLastWordsAndNoSecret() async throws {
        let child = try ChildProcess.shell(
            "i=0; while [ $i -lt 20 ]; do i=$((i+1)); echo line $i >&2; done; echo; printf '\\033[1mlast' >&2; exit 7",
            ["hunter2"], configure: { $0.environment.entries["TOKEN"] = "hunter3" })
        let error = await #expect(throws: CartloadError.self) { try await child.waitForSuccess() }
        #expect(error?.code == .programFailed)
        let text = error?.description ?? ""
        #expect(text.hasPrefix("sh: the program ended with status 7"))
        #expect(text.contains("line 17\n    line 18\n    line 19\n    line 20\n     [1mlast"))
        #expect(!text.contains("line 16") && !text.contains("hunter") && !text.contains("TOKEN"))
    }

    @Test func aDescriptionHasNoSecret() {
        let command = ChildCommand(
            "/usr/bin/tap-x", ["--token", "hunter2"], environment: ChildEnvironment(["TOKEN": "hunter3"]))
        var dumped = ""
        dump(command, to: &dumped)
        dump(command.environment, to: &dumped)
        for text in ["\(command)", String(reflecting: command), "\(command.environment)", dumped] {
            #expect(!text.contains("hunter"), "\(text)")
        }
        #expect("\(command)" == "tap-x")
    }

    @Test func whatIsWrittenIsReadBack() async throws {
        let child = try ChildProcess(ChildCommand("cat"))
        try child.input.write(Bytes("one\ntwo\n"))
        child.input.close()
        #expect(child.input.isClosed)
        #expect(try child.printed() == "one\ntwo\n")
        #expect(child.output.storedBytesRead == 8)
        #expect(child.output.name == "cat")
        try await child.waitForSuccess()
        #expect(throws: CartloadError.self) { try child.input.write(Bytes("x")) }
    }

    @Test func aReadThatWouldWaitIsKnown() throws {
        let child = try ChildProcess(ChildCommand("cat"))
        #expect(child.output.wouldWait)
        try child.input.write(Bytes("x"))
        #expect(try child.output.word() == "x")
        child.input.close()
        #expect(try child.printed() == "")
        #expect(!child.output.wouldWait)
    }

    @Test func aChildThatReadsNoMoreIsAnErrorAndNotTheEndOfThisProcess() throws {
        let before = signal(SIGPIPE, SIG_DFL)
        defer { signal(SIGPIPE, before) }
        let child = try ChildProcess.shell("exec 0<&-; echo ready; sleep 1000")
        #expect(try child.output.word() == "ready")
        let error = #expect(throws: CartloadError.self) { try child.input.write(Bytes("hello")) }
        #expect(error?.code == .programInputClosed)
        #expect(error?.location.source == "sh")
    }

    @Test func aCancelledTaskIsStuckNeitherInAReadNorInAWrite() async throws {
        let child = try ChildProcess.shell("sleep 1000")
        for isWriting in [true, false] {
            let task = Task {
                if isWriting {
                    try child.input.write(Bytes(String(repeating: "x", count: 1 << 20)))
                } else {
                    _ = try child.output.text()
                }
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(child.end == nil)
    }

    @Test func withoutPipesInputIsEmptyAndOutputIsNowhere() async throws {
        let child = try ChildProcess(ChildCommand("cat", input: .null, output: .null, errors: .null))
        #expect(child.input.isClosed)
        #expect(try child.printed() == "")
        #expect(try await child.wait() == .exited(0))
        #expect(child.errorText == "")
    }

    @Test func linesOfStandardErrorComeAsTheyAreWritten() async throws {
        let lines = Mutex<[String]>([])
        let child = try ChildProcess.shell(
            "printf 'a\\nb b\\r\\n\\nend' >&2", onErrorLine: { line in lines.withLock { $0.append(line) } })
        _ = try await child.wait()
        #expect(lines.withLock { $0 } == ["a", "b b", "", "end"])
    }

    @Test func aGreatDealOnStandardErrorHoldsNobodyUp() async throws {
        let child = try ChildProcess.shell("head -c 3000000 /dev/zero | tr '\\0' x >&2; echo end >&2")
        #expect(try await child.wait() == .exited(0))
        #expect(child.errorText.utf8.count == ErrorTail.capacity)
        #expect(child.errorText.hasSuffix("xxend\n"))
    }

    @Test func aCancelledWaitLetsTheChildGoOn() async throws {
        let child = try ChildProcess(ChildCommand("cat"))
        let task = Task { try await child.wait() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(child.end == nil)
        child.input.close()
        #expect(try await child.wait() == .exited(0))
    }

    @Test func aWaitThatTakesTooLongKills() async throws {
        let child = try ChildProcess(ChildCommand("cat"))
        let error = await #expect(throws: CartloadError.self) {
            try await child.wait(atMost: .seconds(5), clock: ScriptedClock(isOverAtOnce: true))
        }
        #expect(error?.code == .programTimedOut)
        #expect(error?.message.contains("5.0 seconds") == true)
        #expect(child.end == .signalled(SIGKILL))
        let quick = try ChildProcess.shell("exit 4")
        #expect(try await quick.wait(atMost: .seconds(5), clock: ScriptedClock(isOverAtOnce: false)) == .exited(4))
    }

    @Test func aChildThatObeysIsNotKilled() async throws {
        let child = try ChildProcess.shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done")
        #expect(try child.output.word() == "ready")
        #expect(await child.terminate(grace: .seconds(5), clock: ScriptedClock(isOverAtOnce: false)) == .exited(5))
    }

    @Test func aChildThatDoesNotObeyIsKilledAfterTheGrace() async throws {
        let child = try ChildProcess.shell("trap '' TERM; echo ready; while :; do sleep 1000; done")
        #expect(try child.output.word() == "ready")
        #expect(
            await child.terminate(grace: .seconds(5), clock: ScriptedClock(isOverAtOnce: true)) == .signalled(SIGKILL))
        // Once more does nothing.
        #expect(await child.terminate(grace: .seconds(5)) == .signalled(SIGKILL))
    }

    @Test func aCancelledTaskKillsWithoutWaiting() async throws {
        let child = try ChildProcess.shell("trap '' TERM; echo ready; while :; do sleep 1000; done")
        #expect(try child.output.word() == "ready")
        let task = Task { await child.terminate(grace: .seconds(1000)) }
        task.cancel()
        #expect(await task.value == .signalled(SIGKILL))
    }

    enum Way: CaseIterable { case ownEnd, kill, terminate, lastReference }

    /// Whoever is left would keep the output open, so its end proves that nobody is.
    @Test(arguments: Way.allCases, [false, true])
    func nothingOfItsGroupIsLeft(way: Way, isOnOlderKernel: Bool) async throws {
        var child: ChildProcess? = try .shell(
            "sleep 1000 & sh -c 'trap \"\" TERM; sleep 1000' & echo ready; [ $1 = ownEnd ] || wait", ["\(way)"],
            isOnOlderKernel: isOnOlderKernel)
        let output = try #require(child?.output)
        #expect(try output.word() == "ready")
        switch way {
        case .ownEnd: #expect(try await child?.wait() == .exited(0))
        case .kill: child?.kill()
        case .terminate: _ = await child?.terminate(grace: .seconds(1), clock: ScriptedClock(isOverAtOnce: true))
        case .lastReference: child = nil
        }
        #expect(try output.text() == "")
    }

    @Test func aChildThatLeftTheGroupHoldsUpNobody() async throws {
        // It keeps standard error open, so that this does not end before the child that is waited for.
        let child = try ChildProcess.shell("setsid sh -c 'echo $$; exec sleep 1000' & read nothing; exit 6")
        let stray = try #require(Int32(try child.output.word()))
        defer { Glibc.kill(stray, SIGKILL) }
        child.input.close()
        #expect(try await child.wait() == .exited(6))
        #expect(Glibc.kill(stray, 0) == 0)
    }
}
