// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadProcess
import Foundation
import Testing

@testable import CartloadServices

/// Children of all sorts as workers.
@Suite(.serialized) struct ChildWorkerTests {
    private static let echo = "for line in sys.stdin: print(line, end='', flush=True)"

    /// A program that does something with one number, and gives the others back.
    private static func special(_ number: Int, _ statement: String) -> String {
        """
        for line in sys.stdin:
            n = json.loads(line)["n"]
            if n == \(number):
                \(statement)
            print(json.dumps({"n": n}), flush=True)
        """
    }

    /// The same, but it keeps its answers back until it has read all that is there.
    private static func buffering(_ number: Int, _ statement: String) -> String {
        """
        import select
        answers = []
        for line in iter(sys.stdin.buffer.raw.readline, b""):
            n = json.loads(line)["n"]
            if n == \(number):
                \(statement)
            answers.append(json.dumps({"n": n}))
            if not select.select([0], [], [], 0.05)[0]:
                print("\\n".join(answers), flush=True)
                answers = []
        """
    }

    /// A shell that gives numbers back and stays with one of them; it starts faster than others.
    private static func stuck(_ number: Int) -> String {
        #"while read -r line; do if [ "$line" = '{"n":\#(number)}' ]; then echo stuck >&2; sleep 1000; fi; echo "$line"; done"#
    }

    private func run(_ service: Service, _ call: ServiceCall) throws -> ServiceOutcome {
        try service.runner.makeWorker().run(call)
    }

    private func loss(_ service: Service, _ call: ServiceCall) throws -> WorkerLoss {
        let worker = try service.runner.makeWorker()
        let loss = try #require(throws: WorkerLoss.self) { try worker.run(call) }
        #expect(!worker.isUsable)
        return loss
    }

    @Test func oneWorkerAnswersOneCallAfterAnother() throws {
        let worker = try Script.python(Self.special(-1, "pass")).runner.makeWorker()
        for count in [1, 0, 3000, 2] {
            let outcome = try worker.run(Script.call(0..<count))
            #expect(outcome.texts == (0..<count).map { #"{"n": \#($0)}"# })
            #expect(outcome.problems.isEmpty)
        }
        #expect(worker.isUsable)
    }

    @Test func rowsWithOtherTextBetweenThemAreSentAsLines() throws {
        let text = Bytes(#"[{"n":1}, {"n":2} ]"#)
        let rows = Rows(
            bytes: text, places: Buffer([RowPlace(start: 1, end: 8), RowPlace(start: 10, end: 17)]), isLineFed: false)
        let outcome = try run(Script.python(Self.echo), ServiceCall(records: rows, timeout: .seconds(20)))
        #expect(outcome.texts == [#"{"n":1}"#, #"{"n":2}"#])
    }

    @Test(arguments: [
        ("os.kill(os.getpid(), 11)", "python3 was ended by SIGSEGV before it had answered"),
        ("sys.exit(3)", "python3 ended with status 3 before it had answered"),
        ("sys.exit(0)", "python3 ended with status 0 before it had answered"),
        ("sys.exit('no more')", "python3 ended with status 1 before it had answered; it said: no more"),
        ("os.close(1); time.sleep(60)", "python3 closed its output before it had answered"),
        ("print('{', end='', flush=True); os._exit(9)", "python3 ended with status 9 before it had answered"),
    ])
    func aCrashSaysHowAndWhereAndWithWhichLastWords(statement: String, message: String) throws {
        let loss = try loss(Script.python(Self.special(5, statement)), Script.call(0..<9))
        #expect(loss == WorkerLoss(.crashed, message, answered: 5))
    }

    @Test func oneThatHangsIsKilledInTime() throws {
        let service = Script.shell(Self.stuck(5))
        let began = ContinuousClock.now
        let loss = try loss(service, Script.call(0..<9, timeout: .milliseconds(1500)))
        #expect(loss == WorkerLoss(.hung, "sh did not answer within 1.5 seconds; it said: stuck", answered: 5))
        #expect(began.duration(to: .now) < .seconds(15))
    }

    @Test(arguments: [
        ("print('{}\\n{}', flush=True)", "more lines were printed than there were records"),
        ("os.write(1, b'{}\\nnot json')", "more lines were printed than there were records"),
    ])
    func tooManyLinesAreOutOfStep(statement: String, message: String) throws {
        let loss = try loss(Script.python(Self.special(8, statement)), Script.call(0..<9))
        #expect(loss.reason == .outOfStep)
        #expect(loss.message == message)
    }

    @Test func aLineThatComesAfterTheLastAnswerIsNotTakenForTheNextOne() throws {
        let worker = try Script.shell(#"read line; echo '{"first":1}'; sleep 0.3; echo '{"extra":1}'; sleep 100"#)
            .runner
            .makeWorker()
        #expect(try worker.run(Script.call(0..<1)).texts == [#"{"first":1}"#])
        while worker.isUsable { usleep(1000) }
        let loss = try #require(throws: WorkerLoss.self) { try worker.run(Script.call(0..<1)) }
        #expect(loss.reason == .outOfStep)
    }

    @Test func aLineThatIsNoJSONIsOutOfStep() throws {
        let loss = try loss(Script.python(Self.special(2, "print('Hello\\x1b'); continue")), Script.call(0..<4))
        #expect(loss == WorkerLoss(.outOfStep, "the answer of python3 is no JSON: Hello ", answered: 2))
    }

    @Test func tooLongAnAnswerIsOutOfStep() throws {
        let service = Script.python(
            Self.special(3, "print('{\"x\":\"' + 'y' * 5000000 + '\"}'); continue"),
            options: .init(maximumAnswer: 1_000_000))
        let loss = try loss(service, Script.call(0..<9))
        #expect(loss.reason == .outOfStep)
        #expect(loss.message == "more than 1000000 bytes were printed for a call")
    }

    @Test func hugeLinesGoBothWays() throws {
        let text = String(repeating: "ä€", count: 2_000_000)
        let rows = Rows([#"{"x":"\#(text)"}"#, #"{"x":"short"}"#])
        let outcome = try run(Script.python(Self.echo), ServiceCall(records: rows, timeout: .seconds(60)))
        #expect(outcome.texts.map(\.utf8.count) == [rows[0].count, rows[1].count])
        #expect(outcome.outputs[0] == rows[0])
    }

    @Test func muchOnStandardErrorHoldsNothingUp() throws {
        let service = Script.python(Self.special(2, "print('noise ' * 200000, file=sys.stderr)"))
        #expect(try run(service, Script.call(0..<5)).texts.count == 5)
    }

    @Test func aSlowStartIsAllowedToTheFirstCallOnly() throws {
        let text = "time.sleep(1.5)\n" + Self.special(7, "time.sleep(1000)")
        let service = Script.python(text, options: .init(startTime: .seconds(20)))
        let worker = try service.runner.makeWorker()
        #expect(try worker.run(Script.call(0..<3, timeout: .seconds(1))).texts.count == 3)
        let loss = try #require(throws: WorkerLoss.self) {
            try worker.run(Script.call(7..<8, timeout: .seconds(1)))
        }
        #expect(loss.message == "python3 did not answer within 1.0 seconds")
        #expect(throws: WorkerLoss.self) { try run(Script.python(text), Script.call(0..<3, timeout: .seconds(1))) }
    }

    @Test func aWorkerThatIsStoppedEndsItsCallSoon() throws {
        let worker = try Script.python("time.sleep(1000)").runner.makeWorker()
        let stopping = Thread {
            usleep(300_000)
            worker.stop()
        }
        stopping.start()
        let loss = try #require(throws: WorkerLoss.self) { try worker.run(Script.call(0..<3)) }
        #expect(loss.message == "python3 was stopped")
    }

    @Test func aWorkerOutlivesTheThreadThatMadeIt() throws {
        let runner = Script.python(Self.echo).runner
        let worker = try MadeOnThread.worker(of: runner)
        #expect(worker.isUsable)
        #expect(try worker.run(Script.call(0..<2)).texts == [#"{"n":0}"#, #"{"n":1}"#])
    }

    @Test func aLimitOfMemoryLosesTheWorker() throws {
        let service = Script.python(
            Self.special(1, "x = bytearray(2 << 30)"), bounds: ChildLimits(addressSpace: 512 << 20))
        let loss = try loss(service, Script.call(0..<3))
        #expect(loss.reason == .crashed)
        #expect(loss.message.contains("MemoryError"))
    }

    @Test(arguments: [
        ("os.kill(os.getpid(), 9)", true), ("os.kill(os.getpid(), 9)", false), ("sys.exit('cannot')", true),
        ("print('x', flush=True); continue", true),
    ])
    func aChunkWithABadRecordIsComputedButForThat(statement: String, isPrompt: Bool) throws {
        let text = isPrompt ? Self.special(37, statement) : Self.buffering(37, statement)
        let pool = WorkerPool()
        let result = try IsolatedRun(Script.python(text), pool: pool).run(Script.call(0..<100))
        #expect(result.outcome.texts == (0..<100).map { $0 == 37 ? "" : #"{"n": \#($0)}"# })
        #expect(result.outcome.problems.map(\.record) == [37])
        #expect(result.outcome.problems.map(\.category) == ["worker_lost"])
        #expect(pool.counts["1"]?.lost == result.losses.count)
        if isPrompt { #expect(result.retryCount <= 5) }
    }

    @Test func aChunkWithARecordThatHangsIsComputedButForThat() throws {
        let service = Script.shell(Self.stuck(3))
        let result = try IsolatedRun(service, pool: WorkerPool()).run(Script.call(0..<6, timeout: .seconds(2)))
        #expect(result.outcome.texts.map(\.isEmpty) == (0..<6).map { $0 == 3 })
        #expect(result.outcome.problems.map(\.type) == ["hung"])
    }
}
