// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// Which page is next: a pure value, whose position is kept in checkpoints.
struct Pager: Sendable {
    /// What a page said.
    struct Page: Sendable {
        var recordCount: Int
        var headers: HTTPHeaders
        /// The URL that answered, for messages.
        var source: String
        /// A checksum of the body.
        var sum: Int
        /// The values at ``Pager/paths``, in their order.
        var values: [JSONValue?]
        /// The URL that was asked for, to which others are relative.
        var url: String
    }

    private enum Position: Hashable {
        case first
        case number(Int)
        case offset(Int)
        case token(JSONValue)
        case url(String)
    }

    private let paging: Paging?
    private var position = Position.first
    private var pageCount = 0
    /// Checksums of the tokens or URLs that were followed; as many as ``Paging/limit`` at most.
    private var followed: Set<Int> = []
    private var lastSum: Int?
    /// Records of the pages before this one, for rules that count.
    private var recordCount = 0

    /// - Parameter resume: What ``state`` was; nil for the first page.
    /// - Throws: `CartloadError` with code `api.pages` when it is of another kind of paging.
    init(_ paging: Paging?, resume: JSONValue? = nil) throws {
        self.paging = paging
        guard let resume else { return }
        switch paging?.rule {
        case .number?: position = try Position.number(Pager.integer(resume["page"]))
        case .offset?:
            position = try Position.offset(Pager.integer(resume["offset"]))
            recordCount = try Pager.integer(resume["offset"])
        case .token?:
            guard let token = resume["token"], !token.isNull else { throw Pager.misfit }
            position = .token(token)
        case .url?, .link?:
            guard let url = resume["url"]?.stringValue else { throw Pager.misfit }
            position = .url(url)
        case nil: throw Pager.misfit
        }
        if let count = resume["records"]?.intValue { recordCount = count }
    }

    private static func integer(_ value: JSONValue?) throws -> Int {
        guard let number = value?.intValue else { throw misfit }
        return number
    }

    private static var misfit: CartloadError {
        CartloadError(
            .apiPages, "a page that was kept is not one of the definition's paging",
            advice: "Start over with --fresh after changing `pages`.")
    }

    /// The paths of an answer whose values decide.
    static func paths(_ paging: Paging?) -> [[String]] {
        guard let paging else { return [] }
        var paths = [paging.more, paging.total].compactMap { $0 }
        switch paging.rule {
        case .token(.body(let path)), .url(let path): paths.append(path)
        default: break
        }
        return paths
    }

    /// The page that is next, as templates see it: `page.number`, `page.offset`, `page.token`.
    var scope: JSONObject {
        switch position {
        case .first:
            switch paging?.rule {
            case .number(let first)?: JSONObject([("number", .int(first))])
            case .offset?: JSONObject([("offset", 0)])
            default: JSONObject()
            }
        case .number(let number): JSONObject([("number", .int(number))])
        case .offset(let offset): JSONObject([("offset", .int(offset))])
        case .token(let token): JSONObject([("token", token)])
        case .url(let url): JSONObject([("url", .string(url))])
        }
    }

    /// What the next page's request says.
    var place: PagePlace {
        var place = PagePlace()
        guard let paging else { return place }
        switch position {
        case .url(let url): place.url = url
        case .number(let number): place.put(.int(number), at: paging.place)
        case .offset(let offset): place.put(.int(offset), at: paging.place)
        case .token(let token): place.put(token, at: paging.place)
        case .first:
            switch paging.rule {
            case .number(let first): place.put(.int(first), at: paging.place)
            case .offset: place.put(0, at: paging.place)
            default: break
            }
        }
        if place.url == nil, let size = paging.size, let sizePlace = paging.sizePlace {
            place.put(.int(size), at: sizePlace)
        }
        return place
    }

    /// Where to go on, for a checkpoint.
    var state: JSONValue {
        var object = scope
        if case .number(let number) = position { object = JSONObject([("page", .int(number))]) }
        if paging?.total != nil { object["records"] = .int(recordCount) }
        return .object(object)
    }

    /// Begins again with the first page.
    mutating func reset() {
        position = .first
        pageCount = 0
        followed = []
        lastSum = nil
        recordCount = 0
    }

    /// Goes on after a page.
    ///
    /// - Returns: Whether there is another.
    /// - Throws: `CartloadError` with code `api.pages` when pages repeat themselves or there are too many.
    mutating func advance(_ page: Page) throws -> Bool {
        guard let paging else { return false }
        pageCount += 1
        recordCount += page.recordCount
        var values = page.values[...]
        let more = paging.more.map { _ in values.popFirst() ?? JSONValue?.none }
        let total = paging.total.map { _ in values.popFirst() ?? JSONValue?.none }
        guard let next = next(paging, page, values.first ?? JSONValue?.none) else { return false }
        if let more, !Pager.isTrue(more) { return false }
        if let total = total.flatMap({ $0 }).flatMap(Pager.count), recordCount >= total { return false }
        if paging.endsWhenShort, let size = paging.size, page.recordCount < size { return false }
        try checkCircle(next, page, paging)
        position = next
        return true
    }

    private func next(_ paging: Paging, _ page: Page, _ value: JSONValue?) -> Position? {
        switch paging.rule {
        // Only an empty page ends what is counted: a short one may have been filtered. Where the API says whether there is
        // more, it is believed.
        case .number(let first):
            guard page.recordCount > 0 || paging.more != nil else { return nil }
            if case .number(let number) = position { return .number(number + 1) }
            return .number(first + 1)
        case .offset:
            guard page.recordCount > 0 else { return nil }
            if case .offset(let offset) = position { return .offset(offset + page.recordCount) }
            return .offset(page.recordCount)
        case .token(.body):
            guard let value, Pager.isToken(value) else { return nil }
            return .token(value)
        case .token(.header(let name)):
            guard let text = page.headers[name], !text.isEmpty else { return nil }
            return .token(.string(text))
        case .url:
            guard let text = value?.stringValue, !text.isEmpty else { return nil }
            return .url(NextURL.resolved(text, against: page.url))
        case .link:
            guard let text = NextURL.linked(page.headers) else { return nil }
            return .url(NextURL.resolved(text, against: page.url))
        }
    }

    private mutating func checkCircle(_ next: Position, _ page: Page, _ paging: Paging) throws {
        guard pageCount < paging.limit else {
            throw CartloadError(
                .apiPages, "there are more than \(paging.limit) pages", at: Location(source: page.source),
                advice: "Make batches smaller, or raise `pages.limit`.")
        }
        switch paging.rule {
        case .number, .offset:
            let isSame = lastSum == page.sum
            lastSum = page.sum
            guard isSame else { return }
            throw circle("gives the same page twice", page)
        case .token, .url, .link:
            guard followed.insert(next.hashValue).inserted, next != position else {
                throw circle("names a next page that it has named before", page)
            }
        }
    }

    private func circle(_ what: String, _ page: Page) -> CartloadError {
        CartloadError(
            .apiPages, "the API \(what), after \(pageCount) pages", at: Location(source: page.source),
            advice: "Check `pages`: the parameter may have another name.")
    }

    private static func isToken(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool(false): false
        case .string(let text): !text.isEmpty
        default: true
        }
    }

    private static func isTrue(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null?, .bool(false)?: false
        case .number(let text)?: Double(text) != 0
        case .string(let text)?: !["", "false", "0", "no"].contains(text.lowercased())
        default: true
        }
    }

    private static func count(_ value: JSONValue) -> Int? { value.intValue ?? value.stringValue.flatMap { Int($0) } }
}
