// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadProcess
import CartloadPrograms
import CartloadTesting
import Testing

@Suite struct ExecSourceTests {
    private static let counting = #"i=0; while [ $i -lt "$N" ]; do echo "{\"id\":$i}"; i=$((i+1)); done"#

    private func source(
        _ folder: ScriptFolder, _ script: String, count: Int = 100, resume: ExecSource.Resume = .again,
        timeout: Duration? = nil
    ) -> ExecSource {
        var source = ExecSource(folder.shell(script, timeout: timeout))
        source.program.environment.entries["N"] = "\(count)"
        source.resume = resume
        return source
    }

    private func read(_ source: ExecSource, since checkpoint: Checkpoint? = nil) async throws -> StreamReading {
        try await StreamReading(source.streams()[0], since: checkpoint, blockSize: 200)
    }

    @Test func theSourceKeepsTheContractForAProgramThatPrintsTheSame() async throws {
        let folder = try ScriptFolder()
        let expected = (0..<60).map { JSONObject([("id", .int($0))]) }
        // In one piece, so that each reading has the same blocks.
        let script = "all=$(\(Self.counting)); echo \"$all\""
        try await SourceContract(
            source(folder, script, count: 60, resume: .skip), expected: ["exec": expected], blockSize: 100
        ).run()
    }

    @Test(arguments: ExecSource.Resume.allCases) func aLaterRunReadsWhatItIsToldTo(resume: ExecSource.Resume)
        async throws
    {
        let folder = try ScriptFolder()
        let first = try await read(source(folder, Self.counting, count: 10, resume: resume))
        let later = try await read(
            source(folder, Self.counting, count: 13, resume: resume), since: first.elements.last?.checkpoint)
        let ids = try later.records().compactMap { $0["id"]?.intValue }
        #expect(ids == (resume == .skip ? Array(10..<13) : Array(0..<13)))
    }

    @Test func whatAProgramIsToldInItsEnvironmentIsThere() async throws {
        let folder = try ScriptFolder()
        let records = try await read(
            source(folder, #"echo "{\"stream\":\"$CARTLOAD_STREAM\",\"n\":$N}"; cat"#)
        ).records()
        #expect(records == [JSONObject([("stream", "exec"), ("n", 100)])])
    }

    @Test(
        arguments: [
            ("echo '{\"a\":1}'; echo 'no such table' >&2; exit 3", "process.failed", "no such table"),
            ("echo '{\"a\":1}'; kill -9 $$", "process.killed", "SIGKILL"),
            ("echo '{\"a\":1}'; sleep 600", "process.timed-out", "longer than"),
            ("echo '{\"a\":1}'; exec 1>&-; sleep 600", "process.timed-out", "longer than"),
        ])
    func aProgramThatDoesNotEndWellIsAnError(script: String, code: String, said: String) async throws {
        let folder = try ScriptFolder()
        let source = source(
            folder, script, timeout: code == "process.timed-out" ? .milliseconds(300) : .seconds(120))
        let error = await failure { _ = try await read(source) }
        #expect(error?.code.rawValue == code)
        #expect(error?.description.contains(said) == true, "\(String(describing: error))")
    }

    @Test func aProgramThatPrintsLessThanBeforeIsAnError() async throws {
        let folder = try ScriptFolder()
        let first = try await read(source(folder, Self.counting, count: 10, resume: .skip))
        let error = await failure {
            _ = try await read(
                source(folder, Self.counting, count: 7, resume: .skip), since: first.elements.last?.checkpoint)
        }
        #expect(error?.code == .programShorter)
    }

    @Test func aProgramThatIsNotThereIsAnError() async throws {
        let error = await failure { _ = try await read(ExecSource(RunProgram(["no-such-program-here"]))) }
        #expect(error?.code.rawValue == "process.not-found")
        let none = await failure { _ = try await read(ExecSource(RunProgram([]))) }
        #expect(none?.code.rawValue == "process.unusable")
    }
}
