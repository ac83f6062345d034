// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadProcess
import Testing

@testable import CartloadServices

@Suite struct JQProgramTests {
    private func program(_ text: String) -> JQProgram {
        JQProgram(text, environment: ChildEnvironment(), directory: ".", limits: ChildLimits(addressSpace: 1 << 30))
    }

    private func run(_ text: String, _ records: [String], timeout: Duration = .seconds(20)) throws -> ServiceOutcome {
        let worker = try ChildRunner(program(text).command).makeWorker()
        return try worker.run(ServiceCall(records: Rows(records), timeout: timeout))
    }

    @Test(arguments: [
        ("{v: (.n * 2)}", #"{"v":4}"#, nil),
        (".n as $n | {v: $n} # a comment", #"{"v":2}"#, nil),
        (#"error("no")"#, "", "no"), ("error({message: \"deep\", x: 1})", "", "deep"),
        ("error({x: 1})", "", #"{"x":1}"#),
        (".n.x", "", "Cannot index number with "),
        ("empty", "", "the program gives nothing"), ("{}, {}", "", "the program gives several values"),
        ("{}, error(\"late\")", "", "late"), ("range(1e9)", "", "the program gives several values"),
        ("[1]", "", "the program gives no object: [1]"), ("null", "", "the program gives no object: null"),
        ("input", "", "a service has no further input"), ("[inputs]", "", "a service has no further input"),
        ("halt", "", "a service cannot halt"), ("\"bye\" | halt_error(3)", "", "bye"),
        (#"{"$error": {message: "own", path: "n"}}"#, "", "own"),
    ])
    func eachRecordGetsAnObjectOrAnErrorOfItsOwn(text: String, output: String, message: String?) throws {
        let outcome = try run(text, [#"{"n":2}"#, #"{"n":2}"#])
        #expect(outcome.texts == [output, output])
        // The rest of what jq itself says depends on its version.
        for problem in outcome.problems { #expect(problem.message.hasPrefix(message ?? "nothing")) }
        #expect(outcome.problems.map(\.record) == (message == nil ? [] : [0, 1]))
    }

    @Test func oneRecordsErrorIsNotTheOthers() throws {
        let outcome = try run("if .n == 3 then error(\"three\") else {n} end", (0..<500).map { #"{"n":\#($0)}"# })
        #expect(outcome.problems.map(\.record) == [3])
        #expect(outcome.texts == (0..<500).map { $0 == 3 ? "" : #"{"n":\#($0)}"# })
    }

    @Test func aProgramWithoutEndIsLost() throws {
        let loss = try #require(throws: WorkerLoss.self) {
            try run("def f: f; f", [#"{"n":2}"#], timeout: .seconds(1))
        }
        #expect(loss.reason == .hung)
    }

    @Test(arguments: ["{", "nosuch", ".a | | .b", "$undefined"]) func aProgramIsCompiledBeforeItIsUsed(text: String)
        throws
    {
        let error = try #require(throws: CartloadError.self) { try program(text).check() }
        #expect(error.code == .serviceJQ)
        #expect(error.message.hasPrefix("jq cannot compile the program: "))
        try program(".").check()
    }
}
