// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite struct TidyTests {
    static let sources = SourceFile.all(in: "Sources")
    static let tests = SourceFile.all(in: "Tests")
    static let snippets = SourceFile.all(in: "Snippets")
    static let others =
        SourceFile.all(in: "Sources", endings: ["c", "cpp", "h"])
        + SourceFile.all(in: "Scripts", endings: ["sh", "py"])
    static let texts =
        SourceFile.all(in: "Docs", endings: ["md"]) + SourceFile.all(in: "Examples", endings: ["md", "yaml"])

    private func expectNone(_ files: [SourceFile], _ rule: (SourceFile) -> String?) {
        #expect(!files.isEmpty)
        for file in files {
            if let problem = rule(file) { Issue.record("\(file) \(problem)") }
        }
    }

    @Test func nothingIsKeptInDrawers() { expectNone(Self.sources + Self.tests + Self.others, TidyRules.drawer) }

    @Test func everyFileSaysItsLicence() {
        expectNone(Self.sources + Self.tests + Self.snippets + Self.others, TidyRules.licence)
    }

    @Test func noPathOfAMachineIsWrittenDown() {
        expectNone(Self.sources + Self.tests + Self.others + Self.texts, TidyRules.machinePath)
    }

    @Test func nothingIsLeftForLater() { expectNone(Self.sources + Self.tests, TidyRules.marks) }

    @Test func nothingIsForced() { expectNone(Self.sources + Self.snippets, TidyRules.force) }

    @Test func everyFileIsNamedForWhatItHolds() { expectNone(Self.sources, TidyRules.noun) }

    @Test func whatIsUncheckedSaysWhy() { expectNone(Self.sources + Self.tests, TidyRules.unchecked) }

    @Test func noImportGoesAgainstTheRiver() {
        let support = Self.tests.filter { $0.components[1] == "TestSupport" }
        #expect(!support.isEmpty)
        expectNone(Self.sources + support) { file in
            let module = ImportDirection.module(of: file)
            let wrong = ImportDirection.forbidden(TidyRules.imports(file), in: module)
            return wrong.isEmpty ? nil : "(\(module)) must not import \(wrong.joined(separator: ", "))"
        }
    }

    @Test func everyTargetHasTests() {
        // `cartload` is main alone; `CartloadTesting` is what other targets' tests are made of.
        let exempt: Set<String> = ["cartload", "CartloadTesting"]
        let tested = Set(Self.tests.map { $0.components[1] })
        for module in Set(Self.sources.map(ImportDirection.module)) where module != "C" && !exempt.contains(module) {
            #expect(tested.contains("\(module)Tests"), "there is no Tests/\(module)Tests")
        }
    }

    @Test func everySwiftTargetIsStrict() throws {
        let manifest = SourceFile.repository.appending(path: "Package.swift")
        let lenient = TidyRules.lenientTargets(in: String(decoding: try Data(contentsOf: manifest), as: UTF8.self))
        #expect(lenient.isEmpty)
        // One guard is enough for the one array of settings.
        #expect(Self.sources.contains { $0.path == "Sources/CartloadCore/LanguageMode.swift" })
    }
}
