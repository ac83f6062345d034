// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadProcess
import CartloadServices
import Foundation
import Testing

/// The services of the examples, and the worker of the snippets.
@Suite struct ExampleTests {
    private static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func run(_ runner: any ServiceRunner, _ records: [String]) throws -> ServiceOutcome {
        try runner.makeWorker().run(ServiceCall(records: Rows(records), timeout: .seconds(60)))
    }

    @Test func allAreRead() throws {
        let folder = try ServiceFolder(Self.repository.appending(path: "Examples/services").path())
        #expect(folder.problems.isEmpty, "\(folder.problems)")
        #expect(
            folder.services.map(\.name) == ["add", "double", "fail", "jq", "python", "shell", "sleep", "spin"])
        #expect(folder.services.allSatisfy { $0.version == "1.0.0" && $0.folder == "demo" })
    }

    @Test(arguments: [
        ("double", #"{"value":21}"#, #"{"value":42}"#, nil),
        ("add", #"{"value":2,"common":40}"#, #"{"total":42}"#, nil),
        ("fail", #"{"value":7,"fail":true}"#, "", "fail is true"),
        ("sleep", #"{"milliseconds":1,"value":7}"#, #"{"value":7}"#, nil),
        ("spin", #"{"milliseconds":1,"value":7}"#, #"{"value":7}"#, nil),
        ("jq", #"{"tags":["a","1","b"]}"#, #"{"tags":["a","b"],"count":2}"#, nil),
        ("jq", #"{"tags":7}"#, "", "Cannot iterate over number (7)"),
        ("python", #"{"price":10,"rate":0.19}"#, #"{"gross": 11.9, "tax": 1.9}"#, nil),
        ("python", #"{"price":-10,"rate":0}"#, #"{"gross":-10,"tax":0}"#, "the price is negative"),
        ("python", #"{"price":null,"rate":0.19}"#, "", "unsupported operand type(s) for *: 'NoneType' and 'float'"),
        ("shell", #"{"email":"jane@example.org"}"#, #"{"domain":"example.org"}"#, nil),
        ("shell", #"{"email":"jane"}"#, "", "this is no address"),
    ])
    func eachAnswers(name: String, record: String, output: String, message: String?) throws {
        let folder = try ServiceFolder(Self.repository.appending(path: "Examples/services").path())
        let service = try #require(folder.find(.service("demo/\(name)", at: nil)))
        let outcome = try run(service.runner, [record])
        #expect(outcome.texts == [output])
        #expect(outcome.problems.map(\.message) == (message.map { [$0] } ?? []))
    }

    @Test func theSnippetIsAWorker() throws {
        let program = Self.repository.appending(path: ".build/debug/ServiceWorker").path()
        try #require(FileManager.default.isExecutableFile(atPath: program), "build first: swift build")
        let outcome = try run(ChildRunner(ChildCommand(program)), [#"{"word":"level"}"#, "{}", #"{"word":"ab"}"#])
        #expect(
            outcome.texts == [
                #"{"length":5,"isPalindrome":true}"#, "", #"{"length":2,"isPalindrome":false}"#,
            ])
        #expect(outcome.problems.map(\.message) == ["word is no text"])
    }
}
