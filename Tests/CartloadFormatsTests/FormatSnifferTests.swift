// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import Testing

@Suite struct FormatSnifferTests {
    @Test(arguments: [
        ("{\"a\":1}", "jsonl"), ("\u{feff} \r\n {", "jsonl"), ("a,b", "csv"), ("", "csv"), ("[1],2", "csv"),
        ("\"{\"", "csv"),
    ])
    func theContentTellsTheFormat(_ text: String, _ name: String) throws {
        #expect(try FormatSniffer.format(of: Bytes(text)).name == name)
    }

    /// A first line that is broken must not make records of all other lines that nobody has written.
    @Test(arguments: [
        ("x.jsonl", "jsonl"), ("x.ndjson.gz", "jsonl"), ("x.jsonl.zst", "jsonl"), ("x.csv", "csv"), ("jsonl", "csv"),
    ])
    func aNameCountsWhereTheContentIsNotJSON(_ source: String, _ name: String) throws {
        #expect(try FormatSniffer.format(of: Bytes("null\n{\"a\":1}\n"), source: source).name == name)
    }

    @Test(arguments: ["PAR1\0", "[\n  {\"a\":1}]", "SQLite format 3\0", "PK\u{3}\u{4}x"])
    func whatIsCertainlyNeitherIsRefused(_ text: String) {
        let error = #expect(throws: CartloadError.self) { try FormatSniffer.format(of: Bytes(text), source: "x") }
        #expect(error?.code == .unknownFormat && error?.location.source == "x")
    }

    @Test func everyCodeIsInTheCatalogueOnce() {
        let codes = FormatsCatalogue.entries.map(\.code.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes.count == 16)
    }
}
