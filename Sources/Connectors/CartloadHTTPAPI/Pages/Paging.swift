// SPDX-License-Identifier: Apache-2.0

/// How an API divides what it has into pages.
public struct Paging: Sendable, Hashable {
    /// What leads from a page to the next.
    public enum Rule: Sendable, Hashable {
        /// Pages are numbered, the first one so.
        case number(first: Int)
        /// A page begins after so many records.
        case offset
        /// A page names the next one by a token.
        case token(TokenPlace)
        /// A page holds the next one's URL at a path.
        case url([String])
        /// A `Link` header with `rel="next"` (RFC 8288).
        case link
    }

    public enum TokenPlace: Sendable, Hashable {
        case body([String])
        case header(String)
    }

    /// Where the next page is asked for.
    public enum Place: Sendable, Hashable {
        case param(String)
        case header(String)
        case body(String)
    }

    public var rule: Rule
    /// Not used by rules that give whole URLs.
    public var place: Place
    /// How many records a page has, and where that is asked for.
    public var size: Int?
    public var sizePlace: Place?
    /// A path whose value says whether there are more pages: `true`, or anything but `false`, 0, null and nothing.
    public var more: [String]?
    /// A path whose value says how many records there are in all.
    public var total: [String]?
    /// Whether a page with fewer records than ``size`` is the last; it may also be one that was filtered.
    public var endsWhenShort: Bool
    /// How many pages a batch may have (I7).
    public var limit: Int

    public init(
        _ rule: Rule, at place: Place, size: Int? = nil, sizePlace: Place? = nil, more: [String]? = nil,
        total: [String]? = nil, endsWhenShort: Bool = false, limit: Int = 100_000
    ) {
        self.rule = rule
        self.place = place
        self.size = size
        self.sizePlace = sizePlace
        self.more = more
        self.total = total
        self.endsWhenShort = endsWhenShort
        self.limit = limit
    }
}
