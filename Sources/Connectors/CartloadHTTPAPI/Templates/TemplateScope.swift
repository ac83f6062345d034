// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What templates can name: `config`, `batch`, `parent`, `page` and `now`.
struct TemplateScope: Sendable {
    static let names = ["config", "batch", "parent", "page", "now"]

    private var values: JSONObject

    init(config: JSONObject, now: Instant) {
        values = JSONObject([("config", .object(config)), ("now", .string(now.description))])
    }

    /// The same with a batch: its members are `batch`, those of its parent `parent`.
    func with(_ batch: JSONObject, parent: JSONObject) -> TemplateScope {
        var scope = self
        scope.values["batch"] = .object(batch)
        scope.values["parent"] = .object(parent)
        return scope
    }

    func with(page: JSONObject) -> TemplateScope {
        var scope = self
        scope.values["page"] = .object(page)
        return scope
    }

    /// The value at a path; null and a missing member are nothing.
    subscript(path: [String]) -> JSONValue? {
        var value = values[path[0]]
        for name in path.dropFirst() {
            switch value {
            case .object(let object)?: value = object[name]
            case .array(let elements)?: value = Int(name).map { elements.dropFirst($0).first } ?? JSONValue?.none
            default: return JSONValue?.none
            }
        }
        guard let value, !value.isNull else { return JSONValue?.none }
        return value
    }
}
