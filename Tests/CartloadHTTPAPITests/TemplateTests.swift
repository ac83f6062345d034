// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Testing

@testable import CartloadHTTPAPI

@Suite struct TemplateTests {
    private let scope = TemplateScope(
        config: object([
            "start": "2024-01-01", "n": 12, "on": true, "list": ["a", "b"], "deep": ["er": ["x": 1.5]], "no": nil,
        ]),
        now: Instant("2024-03-05T06:00:00.000001Z") ?? .earliest
    ).with(
        object(["from": "2024-01-01T05:00:00Z", "last": "2024-01-01T05:59:59.999999Z"]), parent: object(["id": "C/1 ä"])
    )

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("{{config.start}}", "2024-01-01"), ("a{{ config.n }}b{{config.on}}", "a12btrue"),
        ("{{ batch.from as epoch }}", "1704085200.000000"), ("{{ batch.last as epoch }}", "1704088799.999999"),
        ("{{ batch.last as epoch_ms }}", "1704088799999"), ("{{ batch.from as epoch_us }}", "1704085200000000"),
        ("{{ batch.last as epoch_seconds }}", "1704088799"), ("{{ batch.last as iso }}", "2024-01-01T05:59:59.999999Z"),
        ("{{ now as date }}", "2024-03-05"), ("{{ config.start as iso }}", "2024-01-01T00:00:00Z"),
        ("{{ config.missing | config.start }}", "2024-01-01"), ("{{ config.no | \"x | y\" }}", "x | y"),
        ("{{ config.no | 'it\\'s' }}", "it's"), ("{{ config.missing | -1.5 }}", "-1.5"), ("{{ config.list.1 }}", "b"),
        ("{{ config.deep.er.x }}", "1.5"), ("{{ config.list as json }}", "[\"a\",\"b\"]"), ("{ x } }}", "{ x } }}"),
        ("{{ config.missing | 1704085200.25 as iso }}", "2024-01-01T05:00:00.250Z"),
    ])
    func holesAreFilled(template: String, text: String) throws {
        #expect(try Template(parsing: template).text(in: scope) == text)
    }

    @Test(arguments: ["{{ config.missing | null }}", "{{ config.no | null as epoch }}"])
    func nullLeavesTheValueOut(template: String) throws {
        #expect(try Template(parsing: template).text(in: scope) == String?.none)
    }

    @Test func aTemplateThatIsOneHoleKeepsTheValuesType() throws {
        let body = try JSONTemplate([
            "n": "{{ config.n }}", "t": "n={{ config.n }}", "l": ["{{ config.list }}", 7, nil],
        ])
        #expect(try body.value(in: scope) == ["n": 12, "t": "n=12", "l": [["a", "b"], 7, nil]])
    }

    @Test(arguments: [
        "{{", "{{ }}", "{{ other.x }}", "{{ config. }}", "{{ config.x y }}", "{{ config.x as nothing }}",
        "{{ config.x | }}", "{{ \"a }}", "{{ config.x as }}", "{{ config.x) }}",
        "{{ a | b | c | d | e | f | g | h | i }}",
    ])
    func whatIsNoTemplateIsRefusedWithItsPlace(template: String) {
        let error = #expect(throws: CartloadError.self) {
            try Template(parsing: template, at: Location(source: "f", line: 7))
        }
        #expect(error?.code == .template && error?.location.line == 7)
    }

    @Test(arguments: [
        "{{ config.missing }}", "x{{ page.token }}", "{{ config.on as iso }}", "{{ config.no as epoch }}",
    ])
    func aMissingValueIsAnErrorThatShowsNoValue(template: String) throws {
        let parsed = try Template(parsing: template)
        let error = #expect(throws: CartloadError.self) { try parsed.text(in: scope) }
        #expect(error?.code == .template)
    }

    @Test func whatIsPutIntoAPathIsEncoded() throws {
        let request = APIRequest(try Template(parsing: "/channels/{{ parent.id }}/x"))
        let draft = try request.draft(base: "http://h/v1/", in: scope, page: PagePlace())
        #expect(draft.url == "http://h/v1/channels/C%2F1%20%C3%A4/x")
    }

    @Test(arguments: 0..<20) func timesSurviveEveryFormThatHoldsThem(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let instant = Instant(microseconds: Int64.random(in: 0...4_000_000_000_000_000, using: &random))
            for form in [TimeForm.iso, .epoch, .epochMicroseconds] {
                let text = form.value(of: instant).description
                #expect(form.instant(text) == instant, "seed \(seed), \(form), \(text)")
            }
            let milliseconds = TimeForm.epochMilliseconds.value(of: instant).description
            let back = try #require(TimeForm.epochMilliseconds.instant(milliseconds))
            #expect(back <= instant && instant.microseconds - back.microseconds < 1000, "seed \(seed)")
        }
    }

    @Test(arguments: [
        ("1704085200", 1_704_085_200_000_000), ("1704085200.5", 1_704_085_200_500_000),
        ("\"1704085200.0000019\"", 1_704_085_200_000_001), ("-1", -1_000_000), ("0.1", 100_000),
    ])
    func secondsAreReadDigitByDigit(text: String, microseconds: Int64) {
        #expect(TimeForm.epoch.instant(text)?.microseconds == microseconds)
    }

    @Test(arguments: ["", "x", "1.2.3", "1e9", "99999999999999999999", ".", "-", "null", "\""])
    func whatIsNoTimeIsNone(text: String) { #expect(TimeForm.epoch.instant(text) == nil) }
}
