// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// A request before its credentials are added.
struct RequestDraft: Sendable {
    var method: String
    var url: String
    private(set) var headers: [(name: String, value: String)]
    var params: [(name: String, value: String)] = []
    var body: Bytes?

    init(method: String, url: String, headers: [(String, String)] = []) {
        self.method = method
        self.url = url
        self.headers = headers
    }

    mutating func set(header name: String, _ value: String) {
        headers.removeAll { $0.name.lowercased() == name.lowercased() }
        headers.append((name, value))
    }

    mutating func setDefault(_ name: String, _ value: String) {
        guard !headers.contains(where: { $0.name.lowercased() == name.lowercased() }) else { return }
        headers.append((name, value))
    }

    mutating func set(param name: String, _ value: String) {
        params.removeAll { $0.name == name }
        params.append((name, value))
    }

    static func query(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "\($0.name.utf8.percentEncoded())=\($0.value.utf8.percentEncoded())" }.joined(separator: "&")
    }

    func request() throws -> HTTPRequest {
        var text = url
        if !params.isEmpty { text += (text.contains("?") ? "&" : "?") + RequestDraft.query(params) }
        var fields = HTTPHeaders()
        for (name, value) in headers { fields.add(name, value) }
        return HTTPRequest(method, try HTTPURL(text), headers: fields, body: body)
    }
}
