// SPDX-License-Identifier: Apache-2.0

import Testing

/// Each rule has an example that it must find, so that no rule is silently off.
@Suite struct BadExamplesTests {
    private func file(_ path: String, _ text: String) -> SourceFile { SourceFile(path: path, text: text) }

    @Test(arguments: ["Sources/CartloadCore/Utils/Batch.swift", "Sources/CartloadCore/Helpers.swift"])
    func aDrawerIsFound(path: String) { #expect(TidyRules.drawer(file(path, "")) != nil) }

    @Test func aMissingLicenceIsFound() { #expect(TidyRules.licence(file("Sources/A/A.swift", "struct A {}")) != nil) }

    @Test func aMachinePathIsFound() {
        #expect(TidyRules.machinePath(file("Docs/a.md", "see /wo" + "rk/a")) != nil)
        #expect(TidyRules.machinePath(file("Sources/A/A.swift", "\"/tm" + "p/a\"")) != nil)
    }

    @Test func aMarkIsFound() { #expect(TidyRules.marks(file("Sources/A/A.swift", "// TO" + "DO: later")) != nil) }

    @Test(arguments: ["let a = b!", "try! c()", "d as! E", "f(g!, h)", "i!.j"])
    func forceIsFound(line: String) { #expect(TidyRules.force(file("Sources/A/A.swift", line)) != nil) }

    @Test(arguments: ["if a != b {", "guard !a else {", "b = !c", "// c!", "print(\"done!\")"])
    func whatOnlyLooksLikeForceIsNot(line: String) { #expect(TidyRules.force(file("Sources/A/A.swift", line)) == nil) }

    @Test(arguments: [
        "struct Banana {}", "@frozen public enum Banana {}",
        (1...9).map { "struct Apple\($0) {}" }.joined(separator: "\n"),
    ])
    func aFileNamedForSomethingElseIsFound(text: String) {
        #expect(TidyRules.noun(file("Sources/A/Apple.swift", text)) != nil)
    }

    @Test(arguments: [
        "public struct Apple {}", "extension Banana {}", "struct GreenApples {}", "struct JSONTopic {}",
        "final class Apple {}\nprivate struct Banana {}",
    ])
    func aFileNamedForItsNounIsNot(text: String) {
        #expect(TidyRules.noun(file("Sources/A/Apple+Topic.swift", text)) == nil)
    }

    @Test func aTargetWithoutStrictSettingsIsFound() {
        let lenient = TidyRules.lenientTargets(
            in: """
                let package = Package(
                    targets: [
                        .target(name: "A", swiftSettings: strict),
                        .target(
                            name: "B", dependencies: ["A"]),
                        .target(name: "C", path: "Sources/C/C"),
                    ])
                """)
        #expect(lenient.count == 1)
        #expect(lenient.first?.contains("name: \"B\"") == true)
    }

    @Test func anUncheckedWithoutAReasonIsFound() {
        #expect(TidyRules.unchecked(file("Sources/A/A.swift", "class A: @unchecked " + "Sendable {}")) != nil)
        #expect(
            TidyRules.unchecked(file("Sources/A/A.swift", "// Guarded.\nclass A: @unchecked " + "Sendable {}")) == nil)
    }

    @Test func anImportAgainstTheRiverIsFound() {
        let imports = TidyRules.imports(
            file(
                "Sources/CartloadCore/A.swift",
                "public import CartloadFlow\n@testable import CartloadFormats\nimport Glibc"))
        #expect(imports == ["CartloadFlow", "CartloadFormats", "Glibc"])
        #expect(ImportDirection.forbidden(imports, in: "CartloadCore") == ["CartloadFlow", "CartloadFormats"])
        #expect(ImportDirection.forbidden(["CartloadNew"], in: "CartloadFlow") == ["CartloadNew"])
        #expect(ImportDirection.forbidden(["CartloadCore"], in: "CartloadFlow").isEmpty)
        #expect(ImportDirection.forbidden(["TestSupport"], in: "CartloadFlow") == ["TestSupport"])
    }
}
