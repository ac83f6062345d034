// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadProcess

@Suite struct ErrorTailTests {
    private func lines(_ pieces: [String]) -> (lines: [String], tail: ErrorTail) {
        var tail = ErrorTail()
        var lines: [String] = []
        for piece in pieces {
            Array(piece.utf8).withUnsafeBytes { tail.append($0) { lines.append($0) } }
        }
        tail.finish { lines.append($0) }
        return (lines, tail)
    }

    @Test(arguments: [1, 2, 3, 7, 100]) func linesDoNotDependOnHowTheyCome(size: Int) {
        let text = Array("first\nsecond line\r\n\nwith ünïcödé\nand no end".utf8)
        var tail = ErrorTail()
        var lines: [String] = []
        for start in stride(from: 0, to: text.count, by: size) {
            text[start..<min(start + size, text.count)].withUnsafeBytes { tail.append($0) { lines.append($0) } }
        }
        tail.finish { lines.append($0) }
        #expect(lines == ["first", "second line", "", "with ünïcödé", "and no end"])
        #expect(tail.text.hasSuffix("and no end"))
    }

    @Test func aLineWithoutEndIsGivenInParts() {
        let (lines, _) = lines([String(repeating: "x", count: 20_000)])
        #expect(lines.map(\.count) == [8192, 8192, 3616])
    }

    @Test func onlyTheEndIsKept() {
        let (_, tail) = lines((0..<100).map { _ in String(repeating: "x", count: 5000) } + ["end"])
        #expect(tail.text.utf8.count == 64 << 10)
        #expect(tail.text.hasSuffix("xend"))
    }

    @Test func aMessageQuotesLittle() {
        let (_, tail) = lines((0..<100).map { "\($0) " + String(repeating: "y", count: 1000) + "\n" } + ["\n \n"])
        #expect(tail.lastLines.count == 5)
        #expect(tail.lastLines.allSatisfy { $0.count == 301 })
        #expect(tail.lastLines.first?.hasPrefix("95 ") == true)
    }
}
