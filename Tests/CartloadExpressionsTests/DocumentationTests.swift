// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import Glibc
import Testing

/// The record of Docs/expressions.md.
private let record = Columns(
    schema: Schema([
        Field("id", .integer), Field("name", .string), Field("email", .string), Field("amount", .number),
        Field("active", .boolean), Field("nothing", .null), Field("ts", .timestamp(zoned: true)),
        Field("geo.cc", .string),
        Field("first name", .string),
    ]),
    columns: [
        Column(integers: [7]), Column(.string, text: ["Grüße"]), Column(.string, text: ["ada@example.org"]),
        Column(numbers: [12.5]), Column(booleans: [true]), .nulls(count: 1),
        Column(.timestamp(zoned: true), text: ["2024-03-05T10:20:30Z"]), Column(.string, text: ["DE"]),
        Column(.string, text: ["Ada"]),
    ], count: 1)

/// The examples of the page: lines of `sql` blocks, each an expression and its value.
private let examples: [(String, String)] = {
    let path = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    guard let file = fopen("/\(path)/Docs/expressions.md", "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    var examples: [(String, String)] = []
    var isExample = false
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("```") {
            isExample = line == "```sql"
        } else if isExample, let range = line.ranges(of: " -- ").last {
            let text = line[..<range.lowerBound].trimmingSuffix { $0 == " " }
            examples.append((String(text), String(line[range.upperBound...])))
        }
    }
    return examples
}()

extension Substring {
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, matches(last) { text.removeLast() }
        return text
    }
}

@Suite struct DocumentationTests {
    @Test func thePageHasExamples() { #expect(examples.count > 80) }

    @Test(arguments: examples)
    func anExampleHasTheValueThatThePageSays(text: String, expected: String) throws {
        let evaluated = try Expression(parsing: text).evaluate(over: record)
        var value = texts(evaluated.column)[0]
        if evaluated.column.type == .date, let days = value {
            let shown = Columns(
                schema: Schema([Field("d", .date)]),
                columns: [Column(type: .date, values: .int64(Buffer([Int64(days) ?? 0])), count: 1)], count: 1)
            value = texts(try Expression(parsing: "d::VARCHAR").evaluate(over: shown).column)[0]
        }
        #expect(value ?? "NULL" == expected)
        #expect(evaluated.errors.isEmpty)
    }
}
