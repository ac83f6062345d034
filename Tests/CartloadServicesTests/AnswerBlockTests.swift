// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import Testing

@testable import CartloadServices

@Suite struct AnswerBlockTests {
    private func outcome(_ lines: [String]) throws -> ServiceOutcome {
        try AnswerBlock(Bytes(lines.map { $0 + "\n" }.joined()), count: lines.count, name: "worker").outcome()
    }

    @Test func answersThatAreObjectsAreTheOutputsAndAreNotCopied() throws {
        let text = Bytes("{\"a\":1}\n{\"b\":\"$5\"}\n")
        let outcome = try AnswerBlock(text, count: 2, name: "worker").outcome()
        #expect(outcome.texts == [#"{"a":1}"#, #"{"b":"$5"}"#])
        let plain = try AnswerBlock(text[0..<8], count: 1, name: "worker").outcome()
        #expect(plain.outputs.isLineFed)
        #expect(plain.outputs.bytes.baseAddress == text.baseAddress)
    }

    @Test(arguments: [
        (#"{"$error":"no"}"#, RecordProblem(record: 1, message: "no", category: "service_error")),
        (
            #"{"a":1,"$error":{"message":"no","type":"T","category":"c","path":"p","details":{"x":1.50}}}"#,
            RecordProblem(
                record: 1, message: "no", path: "p", category: "c", type: "T",
                details: .object(["x": .number("1.50")]))
        ),
        (#"{"$error":{"code":7}}"#, RecordProblem(record: 1, message: #"{"code":7}"#, category: "service_error")),
        (#"{"$error":false}"#, RecordProblem(record: 1, message: "false", category: "service_error")),
        (
            "null",
            RecordProblem(
                record: 1, message: "the answer is no object: null", category: "service_error", type: "no_object")
        ),
        (
            " 5 ",
            RecordProblem(
                record: 1, message: "the answer is no object:  5 ", category: "service_error", type: "no_object")
        ),
        (
            #"[{"a":1}]"#,
            RecordProblem(
                record: 1, message: #"the answer is no object: [{"a":1}]"#, category: "service_error",
                type: "no_object")
        ),
    ])
    func anErrorStandsInTheSlotOfItsRecord(line: String, problem: RecordProblem) throws {
        let outcome = try outcome([#"{"a":1}"#, line, #"{"a":3}"#])
        #expect(outcome.texts == [#"{"a":1}"#, "", #"{"a":3}"#])
        #expect(outcome.problems == [problem])
        #expect(!outcome.outputs.isLineFed)
    }

    @Test func warningsStandBesideOutputs() throws {
        let outcome = try outcome([
            #"{"a":1,"$warnings":["low",{"message":"high","path":"a","x":1}]}"#, #"{"a":2}"#,
            #"{"$warnings":"one","b":{"$error":"inner"}}"#,
        ])
        #expect(outcome.texts == [#"{"a":1}"#, #"{"a":2}"#, #"{"b":{"$error":"inner"}}"#])
        #expect(
            outcome.problems == [
                RecordProblem(record: 0, severity: .warning, message: "low"),
                RecordProblem(record: 0, severity: .warning, message: "high", path: "a"),
                RecordProblem(record: 2, severity: .warning, message: "one"),
            ])
    }

    @Test func timesAreTakenOutAndNoneIsNothing() throws {
        let outcome = try outcome([#"{"a":1.10,"$time":2.5}"#, #"{"a":2}"#, #"{"$error":"no","$time":-1}"#])
        #expect(outcome.texts == [#"{"a":1.10}"#, #"{"a":2}"#, ""])
        #expect(outcome.times == [2.5, 0, 0])
        #expect(try self.outcome([#"{"a":1}"#]).times == nil)
    }

    @Test func anErrorThatIsNullIsNone() throws {
        let outcome = try outcome([#"{"a":1,"$error":null,"$warnings":null,"$other":1}"#])
        #expect(outcome.texts == [#"{"a":1,"$other":1}"#])
        #expect(outcome.problems.isEmpty)
    }

    @Test func whatIsNotFiniteBecomesNull() throws {
        let outcome = try outcome([#"{"a":NaN}"#, #"{"a":-Infinity,"$time":1}"#])
        #expect(outcome.texts == [#"{"a":null}"#, #"{"a":null}"#])
        #expect(try self.outcome([#"{"a":NaN}"#, "7"]).texts == [#"{"a":null}"#, ""])
    }

    @Test(arguments: ["", "   ", "{", "hello", #"{"a":1} {"b":2}"#, #"{"a":01}"#, "{\"a\":\"\u{1}\"}"])
    func aLineThatIsNoJSONIsALossOfItsRecord(line: String) throws {
        let loss = try #require(throws: WorkerLoss.self) { try outcome([#"{"a":1}"#, line, #"{"a":3}"#]) }
        #expect(loss.reason == .outOfStep)
        #expect(loss.answered == 1)
    }

    @Test func problemsHaveBounds() throws {
        let warnings = Array(repeating: "\"w\"", count: 500).joined(separator: ",")
        let long = String(repeating: "x", count: 10_000)
        let outcome = try outcome([#"{"$warnings":[\#(warnings)]}"#, #"{"$error":"\#(long)"}"#])
        #expect(outcome.problems.count == AnswerOutcome.maximumWarnings + 1)
        #expect(outcome.problems.last?.message.count == AnswerOutcome.maximumMessage)
    }
}
