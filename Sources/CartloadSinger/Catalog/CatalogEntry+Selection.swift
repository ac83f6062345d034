// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CatalogEntry {
    /// Whether the stream is wanted.
    public var isSelected: Bool { isSelected([]) }

    /// Whether a field is wanted; the breadcrumb is `["properties", "a", "properties", "b"]` for `a.b`.
    ///
    /// The rules are singer-sdk 0.54.9's, in this order: without any metadata everything is selected; nothing is below what
    /// is not; `unsupported` never is, `automatic` always; then `selected`, then `selected-by-default`, then what is above.
    /// The stream itself is not selected unless it says so, but is when there is no entry for it.
    public func isSelected(_ breadcrumb: [String]) -> Bool {
        if metadata.isEmpty { return true }
        let parent = breadcrumb.isEmpty ? nil : isSelected(Array(breadcrumb.dropLast(2)))
        if parent == false { return false }
        guard let values = metadata[breadcrumb] else { return parent ?? true }
        switch values["inclusion"]?.stringValue {
        case "unsupported": return false
        case "automatic": return true
        default: break
        }
        return values["selected"]?.truth ?? values["selected-by-default"]?.truth ?? parent ?? false
    }

    /// The paths that are not wanted although what is above them is, such as `["geo", "lat"]`.
    public var deselectedPaths: [[String]] {
        var paths: [[String]] = []
        func visit(_ schema: JSONObject, _ path: [String]) {
            for (name, child) in schema["properties"]?.objectValue?.members ?? [] {
                let path = path + [name]
                if isSelected(path.flatMap { ["properties", $0] }) {
                    if let child = child.objectValue { visit(child, path) }
                } else {
                    paths.append(path)
                }
            }
        }
        visit(schema, [])
        return paths
    }

    /// The schema without what is not selected.
    public var selectedSchema: JSONObject { CatalogEntry.remove(deselectedPaths, from: schema) }

    private static func remove(_ paths: [[String]], from schema: JSONObject) -> JSONObject {
        guard !paths.isEmpty, let properties = schema["properties"]?.objectValue else { return schema }
        var schema = schema
        var kept = JSONObject()
        let gone = Set(paths.filter { $0.count == 1 }.map { $0[0] })
        for (name, child) in properties.members where !gone.contains(name) {
            let inner = paths.filter { $0.count > 1 && $0[0] == name }.map { Array($0.dropFirst()) }
            kept[name] = child.objectValue.map { .object(remove(inner, from: $0)) } ?? child
        }
        schema["properties"] = .object(kept)
        if let required = schema["required"]?.arrayValue {
            schema["required"] = .array(required.filter { $0.stringValue.map { !gone.contains($0) } ?? true })
        }
        return schema
    }
}

extension JSONValue {
    /// `true`, or `"true"` as some tools write it.
    fileprivate var truth: Bool? {
        switch self {
        case .bool(let value): value
        case .string(let text): text.lowercased() == "true" ? true : text.lowercased() == "false" ? false : nil
        default: nil
        }
    }
}
