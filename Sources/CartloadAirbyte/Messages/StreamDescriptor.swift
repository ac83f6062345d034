// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Names a stream in messages.
public struct StreamDescriptor: Sendable, Hashable {
    public var name: String
    public var namespace: String?

    public init(_ name: String, namespace: String? = nil) {
        self.name = name
        self.namespace = namespace
    }

    /// nil when there is no name in it.
    init?(_ json: JSONValue?) {
        guard let name = json?["name"]?.stringValue else { return nil }
        self.init(name, namespace: json?["namespace"]?.stringValue)
    }

    var json: JSONValue {
        var object = JSONObject([("name", .string(name))])
        if let namespace { object["namespace"] = .string(namespace) }
        return .object(object)
    }
}

extension StreamDescriptor: CustomStringConvertible {
    public var description: String { namespace.map { "\($0).\(name)" } ?? name }
}
