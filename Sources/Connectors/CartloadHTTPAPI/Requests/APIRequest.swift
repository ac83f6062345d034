// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// What is asked of an API, with templates for what differs from batch to batch.
public struct APIRequest: Sendable, Hashable {
    /// A named template, of a header or a parameter.
    public struct Field: Sendable, Hashable {
        public var name: String
        public var value: Template

        public init(_ name: String, _ value: Template) {
            self.name = name
            self.value = value
        }
    }

    public enum Body: Sendable, Hashable {
        case json(JSONTemplate)
        case form([Field])
        case text(Template)
    }

    public var method: String
    /// Put behind the base URL; a whole URL stands for itself.
    public var path: Template
    public var headers: [Field]
    /// A parameter whose template is one hole with the value null is left out.
    public var params: [Field]
    public var body: Body?

    public init(
        _ path: Template, method: String = "GET", headers: [Field] = [], params: [Field] = [], body: Body? = nil
    ) {
        self.path = path
        self.method = method
        self.headers = headers
        self.params = params
        self.body = body
    }

    /// The request as it is sent.
    ///
    /// - Parameters:
    ///   - page: Where the next page is, if the paginator says so.
    func draft(base: Template, in scope: TemplateScope, page: PagePlace) throws -> RequestDraft {
        if let url = page.url { return RequestDraft(method: method, url: url, headers: try fields(headers, scope)) }
        var draft = RequestDraft(
            method: method, url: try APIRequest.url(base, path, scope), headers: try fields(headers, scope))
        draft.params = try fields(params, scope)
        switch body {
        case nil: break
        case .json(let template)?:
            var value = try template.value(in: scope)
            for (name, member) in page.body {
                var object = value.objectValue ?? JSONObject()
                object[name] = member
                value = .object(object)
            }
            draft.body = Bytes(value.description)
            draft.setDefault("Content-Type", "application/json")
        case .form(let form)?:
            let all = try fields(form, scope) + page.body.map { ($0.name, PagePlace.text($0.value)) }
            draft.body = Bytes(RequestDraft.query(all))
            draft.setDefault("Content-Type", "application/x-www-form-urlencoded")
        case .text(let template)?: draft.body = Bytes(try template.text(in: scope) ?? "")
        }
        if body == nil, !page.body.isEmpty {
            draft.body = Bytes(JSONValue.object(JSONObject(page.body.map { ($0.name, $0.value) })).description)
            draft.setDefault("Content-Type", "application/json")
        }
        for (name, value) in page.params { draft.set(param: name, PagePlace.text(value)) }
        for (name, value) in page.headers { draft.set(header: name, PagePlace.text(value)) }
        return draft
    }

    private func fields(_ fields: [Field], _ scope: TemplateScope) throws -> [(String, String)] {
        try fields.compactMap { field in try field.value.text(in: scope).map { (field.name, $0) } }
    }

    /// Values that are put into a path are encoded, so that an identifier cannot lead elsewhere.
    private static func url(_ base: Template, _ path: Template, _ scope: TemplateScope) throws -> String {
        let path = try path.text(in: scope) { $0.utf8.percentEncoded() }
        if path.hasPrefix("https://") || path.hasPrefix("http://") { return path }
        var base = try base.text(in: scope) ?? ""
        while base.hasSuffix("/") { base.removeLast() }
        return path.isEmpty ? base : "\(base)/\(path.drop { $0 == "/" })"
    }
}
