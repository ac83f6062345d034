// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadStorage
import Testing

@testable import CartloadHTTPAPI

@Suite struct PagerTests {
    private func paging(_ rule: Paging.Rule, change: (inout Paging) -> Void = { _ in }) -> Paging {
        var paging = Paging(rule, at: .param("p"))
        change(&paging)
        return paging
    }

    private func page(
        _ count: Int = 1, _ values: [JSONValue?] = [], sum: Int = 0, headers: HTTPHeaders = [:]
    ) -> Pager.Page {
        Pager.Page(
            recordCount: count, headers: headers, source: "http://h/v1/items", sum: sum, values: values,
            url: "http://h/v1/items?a=1")
    }

    private func params(_ pager: Pager) -> [String] { pager.place.params.map { "\($0.name)=\($0.value)" } }

    @Test func numbersGoOnUntilAPageIsEmpty() throws {
        var pager = try Pager(paging(.number(first: 0)) { ($0.size, $0.sizePlace) = (10, .param("n")) })
        #expect(params(pager) == ["p=0", "n=10"])
        #expect(try pager.advance(page(10, sum: 1)))
        #expect(params(pager) == ["p=1", "n=10"])
        // A short page may have been filtered.
        #expect(try pager.advance(page(2, sum: 2)))
        #expect(try !pager.advance(page(0, sum: 3)))
    }

    @Test func offsetsCountRecords() throws {
        var pager = try Pager(paging(.offset))
        #expect(params(pager) == ["p=0"])
        #expect(try pager.advance(page(7, sum: 1)))
        #expect(try pager.advance(page(3, sum: 2)))
        #expect(params(pager) == ["p=10"])
        #expect(try !pager.advance(page(0, sum: 3)))
    }

    @Test(arguments: [JSONValue?.none, .null, "", false]) func aTokenThatIsNoneEnds(token: JSONValue?) throws {
        var pager = try Pager(paging(.token(.body(["t"]))))
        #expect(params(pager) == [])
        #expect(try pager.advance(page(0, ["abc"])), "an empty page with a token is not the last")
        #expect(params(pager) == ["p=\"abc\""])
        #expect(try pager.advance(page(1, [12])))
        #expect(params(pager) == ["p=12"])
        #expect(try !pager.advance(page(1, [token])))
    }

    @Test func aTokenMayStandInAHeaderAndGoIntoAnother() throws {
        var pager = try Pager(paging(.token(.header("X-Next"))) { $0.place = .header("X-Cursor") })
        #expect(try pager.advance(page(headers: ["x-next": "a"])))
        #expect(pager.place.headers.map(\.name) == ["X-Cursor"] && pager.place.headers.map(\.value) == ["a"])
        #expect(try !pager.advance(page()))
    }

    @Test func aTokenMayGoIntoTheBody() throws {
        var pager = try Pager(paging(.token(.body(["t"]))) { $0.place = .body("cursor") })
        #expect(try pager.advance(page(1, ["a"])))
        #expect(pager.place.body.map(\.name) == ["cursor"])
    }

    @Test(arguments: [
        ("http://h/v1/items?page=2", "http://h/v1/items?page=2"), ("/v2?x", "http://h/v2?x"),
        ("?page=2", "http://h/v1/items?page=2"), ("more", "http://h/v1/more"), ("//h2/x", "http://h2/x"),
    ])
    func aNextURLIsTakenAsItIsMeant(next: String, url: String) throws {
        var pager = try Pager(paging(.url(["next"])))
        #expect(try pager.advance(page(1, [.string(next)])))
        #expect(pager.place.url == url && pager.place.params.isEmpty)
    }

    @Test(arguments: [
        "<http://h/2>; rel=\"next\", <http://h/9>; rel=\"last\"", "<http://h/0>; rel=prev, <http://h/2>; rel=next",
        "<http://h/0>;title=\"a\";rel=\"prev\",<http://h/2>;rel=\"foo next\"",
    ])
    func aLinkHeaderNamesTheNext(link: String) throws {
        var pager = try Pager(paging(.link))
        #expect(try pager.advance(page(headers: ["Link": link])))
        #expect(pager.place.url == "http://h/2")
        #expect(try !pager.advance(page(headers: ["Link": "<http://h/9>; rel=\"last\""])))
    }

    @Test(arguments: [
        (JSONValue.bool(true), true), (false, false), (nil, false), (1, true), (0, false), ("false", false),
        ("yes", true),
    ])
    func theAPIMaySayWhetherThereIsMore(more: JSONValue, goesOn: Bool) throws {
        var pager = try Pager(paging(.token(.body(["t"]))) { $0.more = ["m"] })
        #expect(try pager.advance(page(1, [more, "x"])) == goesOn)
        var numbered = try Pager(paging(.number(first: 1)) { $0.more = ["m"] })
        #expect(try numbered.advance(page(0, [more])) == goesOn)
    }

    @Test func aTotalEndsAndIsCountedOnAfterAResume() throws {
        let paging = paging(.number(first: 1)) { $0.total = ["n"] }
        var pager = try Pager(paging)
        #expect(try pager.advance(page(10, [25], sum: 1)))
        var resumed = try Pager(paging, resume: JSONValue(parsing: pager.state.description))
        #expect(try resumed.advance(page(10, ["25"], sum: 2)))
        #expect(try !resumed.advance(page(5, [25], sum: 3)))
    }

    @Test func aShortPageEndsWhereTheDefinitionSaysSo() throws {
        var pager = try Pager(
            paging(.offset) {
                $0.size = 10
                $0.endsWhenShort = true
            })
        #expect(try pager.advance(page(10, sum: 1)))
        #expect(try !pager.advance(page(9, sum: 2)))
    }

    @Test func theSamePageTwiceIsAnError() throws {
        var pager = try Pager(paging(.number(first: 1)))
        #expect(try pager.advance(page(sum: 5)))
        let error = #expect(throws: CartloadError.self) { try pager.advance(page(sum: 5)) }
        #expect(error?.code == .apiPages)
    }

    @Test(arguments: [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"]])
    func tokensInACircleAreAnError(tokens: [String]) throws {
        var pager = try Pager(paging(.token(.body(["t"]))))
        for token in tokens.dropLast() { #expect(try pager.advance(page(1, [.string(token)]))) }
        let error = #expect(throws: CartloadError.self) {
            try pager.advance(page(1, [.string(tokens[tokens.count - 1])]))
        }
        #expect(error?.code == .apiPages)
    }

    @Test func pagesHaveABound() throws {
        var pager = try Pager(paging(.offset) { $0.limit = 3 })
        #expect(try pager.advance(page(sum: 1)))
        #expect(try pager.advance(page(sum: 2)))
        #expect(throws: CartloadError.self) { try pager.advance(page(sum: 3)) }
    }

    @Test(arguments: [
        Paging.Rule.number(first: 1), .offset, .token(.body(["t"])), .token(.header("T")), .url(["t"]), .link,
    ])
    func aPagerGoesOnFromItsState(rule: Paging.Rule) throws {
        var pager = try Pager(paging(rule))
        let first = page(5, ["http://h/2"], sum: 1, headers: ["T": "x", "Link": "<http://h/2>; rel=next"])
        #expect(try pager.advance(first))
        let state = try JSONValue(parsing: pager.state.description)
        let resumed = try Pager(paging(rule), resume: state)
        #expect(resumed.place.url == pager.place.url && params(resumed) == params(pager))
        #expect(throws: CartloadError.self) { try Pager(paging(rule), resume: ["other": 1]) }
        #expect(throws: CartloadError.self) { try Pager(Paging?.none, resume: state) }
        pager.reset()
        #expect(pager.place.url == nil)
    }

    @Test func aCredentialDoesNotStayInAURL() {
        #expect(NextURL.without(param: "key", "http://h/a?key=secret&b=1") == "http://h/a?b=1")
        #expect(NextURL.without(param: "key", "http://h/a?key=secret") == "http://h/a")
        #expect(NextURL.without(param: "key", "http://h/a?monkey=1") == "http://h/a?monkey=1")
    }
}
