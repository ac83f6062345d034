// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadTesting
import Testing

@testable import CartloadServices

@Suite struct BuiltinTests {
    private func run(_ builtin: Builtin, _ records: [String], timeout: Duration = .seconds(20)) throws -> ServiceOutcome
    {
        try builtin.runner.makeWorker().run(ServiceCall(records: Rows(records), timeout: timeout))
    }

    @Test(arguments: [
        ("21", "42"), ("0", "0"), ("-0", "0"), ("-5", "-10"), ("999999999999999999", "1999999999999999998"),
        ("5000000000000000000", "10000000000000000000"), ("-9223372036854775808", "-18446744073709551616"),
        (String(repeating: "9", count: 60), "1" + String(repeating: "9", count: 59) + "8"),
        ("1.5", "3.0"), ("0.1", "0.2"), ("1e3", "2000.0"), ("-2.5E-1", "-0.5"), ("1e300", "2e+300"),
    ])
    func doublingIsExactForWholeNumbersAndShortestForOthers(value: String, twice: String) throws {
        let outcome = try run(.double, [#"{"id":"x","value":\#(value)}"#])
        #expect(outcome.texts == [#"{"value":\#(twice)}"#])
        #expect(outcome.problems.isEmpty)
    }

    @Test(arguments: [
        #"{"value":"21"}"#, #"{"value":null}"#, "{}", #"{"value":true}"#, #"{"value":[1]}"#, #"{"value":1e308}"#,
    ])
    func whatCannotBeDoubledIsAnErrorInItsSlot(record: String) throws {
        let outcome = try run(.double, [#"{"value":1}"#, record, #"{"value":2}"#])
        #expect(outcome.texts == [#"{"value":2}"#, "", #"{"value":4}"#])
        #expect(outcome.problems.map(\.record) == [1])
        #expect(outcome.problems.map(\.category) == ["invalid_input"])
        #expect(!outcome.outputs.isLineFed)
    }

    @Test func sumsOfWholeNumbersOfAnySizeAreRight() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        var records: [String] = []
        var sums: [String] = []
        for _ in 0..<2000 {
            let bits = Int.random(in: 0..<125, using: &random)
            let numbers = (0..<2).map { _ in
                Int128.random(in: -(1 << bits)...(1 << Int.random(in: 0..<125, using: &random)), using: &random)
            }
            records.append(#"{"value":\#(numbers[0]),"common":\#(numbers[1])}"#)
            sums.append(#"{"total":\#(numbers[0] + numbers[1])}"#)
        }
        #expect(try run(.add, records).texts == sums, "seed \(seed)")
    }

    @Test func additionNeedsTwoNumbers() throws {
        let outcome = try run(.add, [#"{"value":2,"common":40}"#, #"{"value":2}"#, #"{"common":0.5,"value":0.25}"#])
        #expect(outcome.texts == [#"{"total":42}"#, "", #"{"total":0.75}"#])
        #expect(outcome.problems.map(\.record) == [1])
    }

    @Test func theFailingServiceFailsWhereItIsAskedTo() throws {
        let outcome = try run(
            .fail,
            [
                #"{"value":1}"#, #"{"value":1,"fail":true}"#, #"{"value":10,"threshold":9.5}"#,
                #"{"value":9,"threshold":9.5,"fail":false}"#, #"{"value":{"a":[1, 2]}}"#, "{}",
            ])
        #expect(
            outcome.texts == [
                #"{"value":1}"#, "", "", #"{"value":9}"#, #"{"value":{"a":[1, 2]}}"#, #"{"value":null}"#,
            ])
        #expect(outcome.problems.map(\.path) == ["fail", "value"])
        #expect(outcome.problems.map(\.record) == [1, 2])
    }

    @Test(arguments: [Builtin.sleep, .spin]) func timePassesWithEachRecordAndIsTold(builtin: Builtin) throws {
        let outcome = try run(
            builtin, [#"{"milliseconds":3,"value":"x"}"#, #"{"milliseconds":0}"#, #"{"milliseconds":-1}"#])
        #expect(outcome.texts == [#"{"value":"x"}"#, #"{"value":null}"#, ""])
        let times = try #require(outcome.times)
        #expect(times.count == 3)
        #expect(times[0] >= 3)
    }

    @Test(arguments: [Builtin.sleep, .spin]) func whatTakesTooLongIsLost(builtin: Builtin) throws {
        let loss = try #require(throws: WorkerLoss.self) {
            try run(
                builtin, [#"{"milliseconds":1}"#, #"{"milliseconds":600000}"#], timeout: .milliseconds(40))
        }
        #expect(loss.reason == .hung)
        #expect(loss.answered == 1)
    }

    @Test func aRecordThatIsNoObjectIsALoss() throws {
        #expect(throws: WorkerLoss.self) { try run(.double, [#"{"value":1}"#, "{nonsense"]) }
    }
}
