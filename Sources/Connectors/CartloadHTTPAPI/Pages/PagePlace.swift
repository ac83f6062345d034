// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What a request says so that it gets one page and not another.
struct PagePlace: Sendable {
    /// The whole URL of the page; it has all parameters already.
    var url: String?
    var params: [(name: String, value: JSONValue)] = []
    var headers: [(name: String, value: JSONValue)] = []
    var body: [(name: String, value: JSONValue)] = []

    mutating func put(_ value: JSONValue, at place: Paging.Place) {
        switch place {
        case .param(let name): params.append((name, value))
        case .header(let name): headers.append((name, value))
        case .body(let name): body.append((name, value))
        }
    }

    static func text(_ value: JSONValue) -> String { value.stringValue ?? value.description }
}
