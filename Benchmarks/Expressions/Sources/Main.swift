// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadFlow
import Glibc

/// CPU nanoseconds per record of the expressions of the benchmark job J8, over blocks of columns.
@main
struct ExpressionsBenchmark {
    static let rows = 3000

    /// Records as those of J8: 41 % pass the filter, 40 keys.
    static func block() -> Columns {
        var state: UInt64 = 42
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let first = ["Ada", "Grace", "Jürgen", "Alan", "Edsger", "Barbara", "Linus", "Zoë"]
        let last = ["Lovelace", "Hopper", "Müller", "Turing", "Dijkstra", "Liskov", "Torvalds", "Smith"]
        let names = (0..<rows).map { _ in "\(first[random(8)]) \(last[random(8)])" }
        return Columns(
            schema: Schema([
                Field("id", .integer), Field("name", .string), Field("email", .string), Field("amount", .number),
                Field("active", .boolean), Field("geo.cc", .string), Field("ts", .json),
            ]),
            columns: [
                Column(integers: (0..<rows).map { Int64($0) }), Column(.string, text: names),
                Column(.string, text: (0..<rows).map { "user\($0)@mail\(random(100)).example.org" }),
                Column(numbers: (0..<rows).map { _ in Double(random(2_000_00)) / 100 * 0.122 }),
                Column(booleans: (0..<rows).map { _ in random(10) < 7 }),
                Column(.string, text: (0..<rows).map { _ in "C\(random(40))" }),
                Column(.json, text: (0..<rows).map { "\"2024-03-05T10:20:\($0 % 50 + 10)Z\"" }),
            ], count: rows)
    }

    static func cpuTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    /// The best of several runs, in nanoseconds per record.
    static func measure(_ name: String, _ count: Int, _ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<15 {
            let start = cpuTime()
            for _ in 0..<100 { try body() }
            best = min(best, (cpuTime() - start) / 100 / Double(count))
        }
        print("\(name): \((best * 100).rounded() / 100) ns/record")
        return best
    }

    static func main() throws {
        let columns = block()
        let batch = RecordBatch(.columns(columns))
        let filter = try Expression(parsing: "active AND amount >= 100")
        var total = try measure("filter: \(filter)", rows) { _ = try filter.selection(over: columns) }
        let selected = try filter.selection(over: columns).rows ?? []
        print("  keeps \(selected.count * 100 / rows) %")
        var share = 0.0
        let list = [
            "id", "upper(name)", "split_part(email, '@', 2)", "round(amount * 0.92, 2)", "geo.cc", "ts",
        ]
        for text in list {
            let expression = try Expression(parsing: text)
            share += try measure("select: \(text)", rows) { _ = try expression.evaluate(over: columns) }
        }
        total += share * Double(selected.count) / Double(rows)
        let key = try KeyBatcher(by: [Expression(field: ["geo.cc"])])
        let keys = Columns(
            schema: Schema([Field("geo.cc", .string)]), columns: [columns.columns[5]], count: rows)
        let keyBatch = RecordBatch(.columns(keys))
        let grouping = try measure("key batcher, 40 keys", rows) { _ = try keyBatch.divided(by: key) }
        total += grouping * Double(selected.count) / Double(rows)
        print("together for each input record: \((total * 100).rounded() / 100) ns (budget 150)")
        for text in [
            "name LIKE '%er%'", "regexp_matches(name, 'L[a-z]+e')", "CASE WHEN amount > 50 THEN 'a' ELSE 'b' END",
            "sha256(email)", "date_trunc('day', CAST(ts AS TIMESTAMP))", "id % 7 = 3 OR amount < 10", "length(name)",
        ] {
            let expression = try Expression(parsing: text)
            _ = try measure("other: \(text)", rows) { _ = try expression.evaluate(over: columns) }
        }
        _ = batch
    }
}
