// SPDX-License-Identifier: Apache-2.0

import CartloadCommands
import CartloadCore
import Foundation
import Testing

@Suite struct CatalogueTests {
    /// The codes that sources declare.
    static func codes(in files: [SourceFile]) -> [(code: String, file: SourceFile)] {
        files.flatMap { file in
            file.text.matches(of: #/Code\((rawValue: )?"([a-z0-9.-]+)"\)/#).map { (String($0.2), file) }
        }
    }

    @Test func everyCodeIsInTheCatalogue() {
        let known = Set(Cartload.standard.errorCatalogue.map(\.code.rawValue))
        for (code, file) in Self.codes(in: SourceFile.all(in: "Sources")) where !known.contains(code) {
            Issue.record("\(code) of \(file) is in no catalogue")
        }
    }

    @Test func noCodeIsListedTwiceOrWithoutAUse() {
        let declared = Set(Self.codes(in: SourceFile.all(in: "Sources")).map(\.code))
        var seen: Set<String> = []
        for entry in Cartload.standard.errorCatalogue {
            let code = entry.code.rawValue
            #expect(seen.insert(code).inserted, "\(code) is listed twice")
            #expect(declared.contains(code), "\(code) is declared nowhere")
            for sentence in [entry.meaning, entry.advice] {
                #expect(
                    sentence.hasSuffix(".") && sentence.first?.isLowercase == false || sentence.hasPrefix("`"),
                    "\(code): \(sentence)")
            }
        }
    }

    @Test func aDeclaredCodeIsFound() {
        let file = SourceFile(path: "a.swift", text: "static let x = CartloadError.Code(\"a.b-c\")")
        #expect(Self.codes(in: [file]).map(\.code) == ["a.b-c"])
    }

    @Test(arguments: [
        ("Docs/errors.md", Cartload.standard.errorPage), ("Docs/processors.md", Cartload.standard.processorPage),
        ("Docs/singer-settings.md", Cartload.standard.singerSettingsPage),
    ])
    func aGeneratedPageIsFresh(path: String, page: String) throws {
        let file = SourceFile.repository.appending(path: path)
        #expect(String(decoding: try Data(contentsOf: file), as: UTF8.self) == page, "run `make docs`")
    }
}
