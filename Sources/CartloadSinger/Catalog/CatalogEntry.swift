// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One stream of a ``Catalog``.
public struct CatalogEntry: Sendable, Hashable {
    public var tapStreamID: String
    public var stream: String
    public var schema: JSONObject
    /// Metadata by breadcrumb; `[]` is the stream's own.
    public var metadata: [[String]: JSONObject]
    /// Members that are not looked at, kept as they are.
    public var others: JSONObject
    /// The order of the breadcrumbs, for writing.
    private var breadcrumbs: [[String]]

    public init(
        _ stream: String, tapStreamID: String? = nil, schema: JSONObject,
        metadata: [(breadcrumb: [String], values: JSONObject)] = [], others: JSONObject = JSONObject()
    ) {
        self.stream = stream
        self.tapStreamID = tapStreamID ?? stream
        self.schema = schema
        self.metadata = Dictionary(metadata.map { ($0.breadcrumb, $0.values) }) { _, last in last }
        self.others = others
        breadcrumbs = metadata.map(\.breadcrumb)
    }

    init(_ value: JSONValue, number: Int) throws {
        func fault(_ what: String) -> CartloadError {
            CartloadError(.singerCatalog, "stream \(number) of the catalog \(what)")
        }
        guard let object = value.objectValue else { throw fault("is no object") }
        guard let id = object["tap_stream_id"]?.stringValue ?? object["stream"]?.stringValue else {
            throw fault("has no \"tap_stream_id\"")
        }
        var others = object
        for name in ["tap_stream_id", "stream", "schema", "metadata"] { others[name] = nil }
        let metadata = try (object["metadata"]?.arrayValue ?? []).map { entry -> ([String], JSONObject) in
            guard let breadcrumb = entry["breadcrumb"]?.arrayValue?.compactMap(\.stringValue),
                let values = entry["metadata"]?.objectValue
            else { throw fault("has metadata without breadcrumb or values") }
            return (breadcrumb, values)
        }
        self.init(
            object["stream"]?.stringValue ?? id, tapStreamID: id, schema: object["schema"]?.objectValue ?? JSONObject(),
            metadata: metadata, others: others)
    }

    var json: JSONValue {
        var object = JSONObject([
            ("tap_stream_id", .string(tapStreamID)), ("stream", .string(stream)), ("schema", .object(schema)),
        ])
        for (key, value) in others.members { object[key] = value }
        object["metadata"] = .array(
            breadcrumbs.map { breadcrumb in
                [
                    "breadcrumb": .array(breadcrumb.map { .string($0) }),
                    "metadata": .object(metadata[breadcrumb] ?? JSONObject()),
                ]
            })
        return .object(object)
    }

    /// Sets a value of the metadata of a breadcrumb, by default the stream's own.
    public mutating func set(_ name: String, _ value: JSONValue, of breadcrumb: [String] = []) {
        if metadata[breadcrumb] == nil { breadcrumbs.append(breadcrumb) }
        metadata[breadcrumb, default: JSONObject()][name] = value
    }

    /// A value of the stream's own metadata, or of the entry itself under the older name.
    public func setting(_ name: String) -> JSONValue? {
        if let value = metadata[[]]?[name], !value.isNull { return value }
        let old = name.replacingDashes
        return others[old].flatMap { $0.isNull ? nil : $0 }
    }

    /// `FULL_TABLE`, `INCREMENTAL` or `LOG_BASED`, when the catalog says one.
    public var replicationMethod: String? {
        (setting("forced-replication-method") ?? setting("replication-method"))?.stringValue
    }

    public var replicationKey: String? { setting("replication-key")?.stringValue }

    /// The fields that identify a record, when the catalog says so.
    public var keyProperties: [String]? {
        (setting("table-key-properties") ?? setting("view-key-properties") ?? others["key_properties"])?
            .arrayValue?.compactMap(\.stringValue)
    }
}

extension String {
    /// With underscores for dashes, as catalogs wrote names before there was metadata.
    fileprivate var replacingDashes: String { String(map { $0 == "-" ? "_" : $0 }) }
}
