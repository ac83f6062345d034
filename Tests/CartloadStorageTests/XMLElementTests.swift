// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Testing

@testable import CartloadStorage

@Suite struct XMLElementTests {
    @Test func elementsAndTextAreRead() throws {
        let document = try #require(
            XMLElement(
                """
                \u{feff}<?xml version="1.0"?> <!-- a < b -->
                <n:a xmlns:n="x" y='>'> <b>1 &lt;&#65;&#x42;&amp;&quot;&apos;&gt;</b><b/><c><b>deep</b></c><![CDATA[<x>&]]> </n:a >
                <!-- end -->
                """.utf8))
        #expect(document.name == "a" && document["b"] == "1 <AB&\"'>" && document["c"]?.isEmpty == true)
        #expect(document.all("b").map(\.text) == ["1 <AB&\"'>", ""])
        #expect(document.all("c").first?["b"] == "deep" && document["d"] == nil)
        #expect(document.text.contains("<x>&"))
    }

    @Test(arguments: [
        "", " ", "a", "<", "<a", "<a>", "<a></b>", "<a><b></a></b>", "<a></a", "<a/><b/>", "<a/>x", "x<a/>",
        "<a b></a>",
        "<a b=c></a>", "<a b=\"c></a>", "<a b=\"<\"/>", "<a>&b;</a>", "<a>&</a>", "<a>&#xd800;</a>",
        "<a>&#1114112;</a>",
        "<a>&#-1;</a>", "<a><!-- </a>", "<a><![CDATA[ </a>", "<a><?x?></a>", "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "<a><!DOCTYPE a></a>", "< a/>", "</a>",
    ])
    func whatIsNotWellFormedIsNothing(text: String) {
        #expect(XMLElement(text.utf8) == nil)
    }

    @Test func depthHasABound() {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(XMLElement(nested(32).utf8) != nil)
        #expect(XMLElement(nested(33).utf8) == nil)
        #expect(XMLElement(String(repeating: "<a>", count: 1_000_000).utf8) == nil)
    }

    @Test func randomDamageNeverCrashes() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let text = Array("<?xml version='1.0'?><a b='c'><d>&amp;&#65;x</d><e/><!-- f --><![CDATA[g]]></a>".utf8)
        for _ in 0..<5000 {
            var damaged = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
                case 1: damaged.remove(at: place)
                default: damaged.removeSubrange(place...)
                }
                if damaged.isEmpty { break }
            }
            if let element = XMLElement(damaged) {
                #expect(!element.name.isEmpty, "seed \(seed)")
            }
        }
    }
}
