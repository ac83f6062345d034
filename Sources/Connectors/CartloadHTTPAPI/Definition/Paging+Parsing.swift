// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Paging {
    init?(_ stream: Configuration) throws {
        guard let part = try stream.part("pages", StreamDefinition.pageSettings) else { return nil }
        let place = try Paging.place(part)
        let by = part.string("by") ?? ""
        let rule: Rule
        switch by {
        case "number": rule = .number(first: part.integer("first") ?? 1)
        case "offset": rule = .offset
        case "token":
            try part.exclude("path", "from_header")
            if let path = try part.memberPath("path") {
                rule = .token(.body(path))
            } else if let header = part.string("from_header") {
                rule = .token(.header(header))
            } else {
                throw part.wrong("by", "needs the `path` of the token, or `from_header`")
            }
        case "url":
            guard let path = try part.memberPath("path") else { throw part.wrong("by", "needs the `path` of the URL") }
            rule = .url(path)
        default: rule = .link
        }
        let needsPlace = by == "number" || by == "offset" || by == "token"
        guard place != nil || !needsPlace else {
            throw part.wrong("by", "needs a `param`, `header` or `member` that asks for the next page")
        }
        self.init(
            rule, at: place ?? .param("page"), size: try part.integer("size", in: 1...1_000_000),
            sizePlace: part.string("size_param").map { .param($0) }, more: try part.memberPath("more"),
            total: try part.memberPath("total"), endsWhenShort: part.boolean("ends_when_short") ?? false)
        limit = try part.integer("limit", in: 1...1_000_000) ?? limit
        if endsWhenShort, size == nil { throw part.wrong("ends_when_short", "needs the `size` of a page") }
        if sizePlace != nil, size == nil { throw part.wrong("size_param", "needs the `size` of a page") }
    }

    private static func place(_ part: Configuration) throws -> Place? {
        let places: [Place] = [
            part.string("param").map { .param($0) }, part.string("header").map { .header($0) },
            part.string("member").map { .body($0) },
        ].compactMap { $0 }
        guard places.count <= 1 else { throw part.wrong("by", "has more than one of param, header and member") }
        return places.first
    }
}
