// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCommands

@Suite struct ArgumentParserTests {
    private let parser = ArgumentParser(command: CopyCommand.definition)

    private func parse(_ words: [String]) throws -> ParsedArguments {
        guard case .arguments(let arguments) = try parser.parse(words) else {
            Issue.record("help was asked for")
            return ParsedArguments()
        }
        return arguments
    }

    @Test(arguments: [
        ["a", "b", "--key", "x", "--json"], ["--key=x", "a", "--json", "b"], ["--json", "--key", "x", "--", "a", "b"],
    ])
    func optionsAndArgumentsComeInAnyOrder(words: [String]) throws {
        let arguments = try parse(words)
        #expect(arguments.argument("from") == "a")
        #expect(arguments.argument("to") == "b")
        #expect(arguments.value("key") == "x")
        #expect(arguments.flag("json"))
        #expect(!arguments.flag("fresh"))
    }

    @Test func aValueMayBeginWithADashAndHoldAnEqualsSign() throws {
        let arguments = try parse(["-", "--where", "-a = 1", "--select=x = 1", "--", "-b"])
        #expect(arguments.argument("from") == "-")
        #expect(arguments.argument("to") == "-b")
        #expect(arguments.value("where") == "-a = 1")
        #expect(arguments.value("select") == "x = 1")
    }

    @Test func aRepeatableOptionKeepsItsValuesInOrder() throws {
        #expect(try parse(["a", "b", "--stream", "x", "--stream=y"]).values("stream") == ["x", "y"])
    }

    @Test(arguments: [["-h"], ["a", "--help"], ["a", "b", "c-that-would-be-too-many"].dropLast() + ["-h", "x"]])
    func helpIsAskedForAnywhere(words: [String]) throws {
        #expect(try parser.parse(words) == .help)
    }

    @Test(arguments: [
        (["a"], "usage.missing-argument"), (["a", "b", "c"], "usage.unexpected-argument"),
        (["a", "b", "--selct", "x"], "usage.unknown-option"), (["a", "b", "-x"], "usage.unknown-option"),
        (["a", "b", "--key"], "usage.missing-value"), (["a", "b", "--json=yes"], "usage.missing-value"),
        (["a", "b", "--load", "merge"], "usage.invalid-value"),
        (["a", "b", "--key", "x", "--key", "y"], "usage.invalid-value"),
    ])
    func wrongUseIsTold(words: [String], code: String) {
        let error = #expect(throws: CartloadError.self) { try parser.parse(words) }
        #expect(error?.code.rawValue == code)
        #expect(error?.advice != nil)
    }
}
