// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Testing

@testable import CartloadCompute

@Suite struct AggregateTests {
    private func aggregate(_ texts: [String]) -> Aggregate {
        var aggregate = Aggregate()
        for text in texts { aggregate.add(text) }
        return aggregate
    }

    private func value(_ texts: [String], _ operation: Aggregation.Operator) -> String {
        aggregate(texts).value(operation).description
    }

    @Test(
        arguments: [
            ([], "0", "0", "null", "null", "null"),
            (["1", "2", "4"], "7", "3", "1", "4", "2.3333333333333335"),
            (
                ["9223372036854775807", "9223372036854775807"], "18446744073709551614", "2", "9223372036854775807",
                "9223372036854775807", "9.223372036854776e+18"
            ),
            (["100000000000000000000", "-1"], "99999999999999999999", "2", "-1", "100000000000000000000", "5e+19"),
            (["0.1", "0.2", "0.3"], "0.6", "3", "0.1", "0.3", "0.19999999999999998"),
            (["1.50", "2"], "3.5", "2", "1.50", "2", "1.75"),
            (["\"5\"", "true", "null", "[1]", "{}", "3"], "3", "1", "3", "3", "3.0"),
            (["-0"], "0", "1", "-0", "-0", "0.0"),
        ] as [([String], String, String, String, String, String)])
    func numbersAreAggregated(
        texts: [String], sum: String, count: String, minimum: String, maximum: String, average: String
    ) {
        #expect(value(texts, .sum) == sum)
        #expect(value(texts, .count) == count)
        #expect(value(texts, .minimum) == minimum)
        #expect(value(texts, .maximum) == maximum)
        if average != "0.19999999999999998" { #expect(value(texts, .average) == average) }
    }

    @Test func extremesOfWholeNumbersAreExact() {
        // As doubles they are all the same.
        let texts = ["9007199254740993", "9007199254740992", "9007199254740994", "9007199254740993"]
        for texts in [texts, texts.reversed()] {
            #expect(value(texts, .minimum) == "9007199254740992")
            #expect(value(texts, .maximum) == "9007199254740994")
            var halves = aggregate(Array(texts.prefix(2)))
            halves.merge(aggregate(Array(texts.suffix(2))))
            #expect(halves.value(.minimum) == .number("9007199254740992"))
            #expect(halves.value(.maximum) == .number("9007199254740994"))
        }
    }

    /// Read as nothing, it would make the sum of all chunks a wrong number after a restart.
    @Test(arguments: [["1e308", "1e308"], ["1.5", "1e999"], ["-1e308", "-1e308"]])
    func aSumThatIsTooLargeStaysSoWhenItIsStored(texts: [String]) throws {
        let stored = try #require(Aggregate(aggregate(texts).json))
        var total = aggregate(["1"])
        total.merge(stored)
        #expect(total.value(.sum) == .null)
        #expect(total.value(.count) == .int(3))
    }

    @Test func whatAChunkAsksForTwiceCountsOnceInTheTotal() {
        let sum = Aggregation(output: "a", .sum)
        let chunk = Aggregates([(sum, aggregate(["1", "2"])), (sum, aggregate(["1", "2"]))])
        var total = Aggregates()
        for _ in 0..<2 { total.merge(chunk) }
        #expect(total.table.description == #"[["a"],[6]]"#)
    }

    @Test func aSumBeyond128BitsIsADouble() {
        let large = "170141183460469231731687303715884105727"
        #expect(value([large, large], .sum) == "3.402823669209385e+38")
        var left = aggregate([large])
        left.merge(aggregate([large]))
        #expect(left.value(.sum).description == "3.402823669209385e+38")
    }

    @Test func wholeNumbersAreExactHoweverTheyAreDivided() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let numbers = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Int128(Int64.random(in: .min ... .max, using: &random))
                    * Int128(Int32.random(in: 0...9, using: &random))
            }
            var merged = Aggregate()
            var rest = numbers[...]
            while !rest.isEmpty {
                let part = rest.prefix(Int.random(in: 1...10, using: &random))
                rest = rest.dropFirst(part.count)
                var stored = Aggregates()
                stored.merge(Aggregates([(Aggregation(output: "x", .sum), aggregate(part.map { "\($0)" }))]))
                guard let back = try? Aggregates(stored: stored.stored) else {
                    Issue.record("seed \(seed)")
                    return
                }
                #expect(back == stored, "seed \(seed)")
                merged.merge(aggregate(part.map { "\($0)" }))
            }
            #expect(merged == aggregate(numbers.map { "\($0)" }), "seed \(seed)")
            #expect(merged.value(.sum).description == "\(numbers.reduce(0, +))", "seed \(seed)")
        }
    }

    @Test func fractionsInAnyOrderAndDivisionComeToTheSame() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var numbers = (0..<50).map { _ in
                Double.random(in: -1...1, using: &random) * ([1, 1e3, 1e10, 1e-6].randomElement(using: &random) ?? 1)
            }
            let scale = numbers.reduce(0) { $0 + abs($1) }
            let whole = aggregate(numbers.map { "\($0)" }).value(.sum).doubleValue ?? .nan
            numbers.shuffle(using: &random)
            var merged = Aggregate()
            for start in stride(from: 0, to: 50, by: 7) {
                merged.merge(aggregate(numbers[start..<min(50, start + 7)].map { "\($0)" }))
            }
            let other = merged.value(.sum).doubleValue ?? .nan
            #expect(abs(whole - other) <= 1e-15 * scale, "seed \(seed): \(whole), \(other)")
            let stored = Aggregates([(Aggregation(output: "x", .average), merged)])
            #expect((try? Aggregates(stored: stored.stored)) == stored, "seed \(seed)")
        }
    }

    @Test func aFailureThatIsNotIgnoredMakesAllNull() throws {
        var broken = aggregate(["1"])
        broken.break()
        for operation in Aggregation.Operator.allCases { #expect(broken.value(operation) == .null) }
        var whole = aggregate(["2"])
        whole.merge(broken)
        #expect(whole.value(.sum) == .null)
        let stored = Aggregates([(Aggregation(output: "x", .sum), whole)])
        #expect(try Aggregates(stored: stored.stored).table.description == #"[["x"],[null]]"#)
    }

    @Test(arguments: ["1e999", "-1e999"])
    func whatIsNoDoubleAnyMoreIsStillJSON(text: String) throws {
        let stored = Aggregates([(Aggregation(output: "x", .sum), aggregate([text, "1"]))])
        _ = try JSONValue(parsing: stored.table.description)
        _ = try Aggregates(stored: stored.stored)
    }

    @Test func theSecondOperatorOfAnOutputIsNamedForIt() {
        let table = Aggregates(
            [
                (Aggregation(output: "a", .sum), aggregate(["1", "2"])),
                (Aggregation(output: "a", .minimum), aggregate(["1", "2"])),
                (Aggregation(output: "b", .count), aggregate(["1"])),
            ]
        ).table
        #expect(table.description == #"[["a","a_MIN","b"],[3,1,1]]"#)
        #expect(Aggregates().table.description == "[[]]")
    }

    @Test(arguments: ["[[1]]", "[[\"a\",\"SUM\",{}]]", "[[\"a\",\"NONE\",{\"n\":1,\"broken\":false}]]", "{"])
    func aStoredTextThatIsNoneOfOursIsAnError(text: String) {
        #expect(throws: CartloadError.self) { try Aggregates(stored: Bytes(text)) }
    }
}
