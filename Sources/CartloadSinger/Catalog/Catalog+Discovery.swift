// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow

extension Catalog {
    /// What a source offers: `--discover`.
    ///
    /// Streams whose schema nobody knows are sampled. Keys are `automatic`, everything else is `available` and selected
    /// unless a user says otherwise, as singer-sdk has it.
    public static func discovered(from source: any Source) async throws -> Catalog {
        var entries: [CatalogEntry] = []
        for stream in try await source.streams() { entries.append(try await CatalogEntry(discovering: stream)) }
        return Catalog(entries)
    }
}

extension CatalogEntry {
    init(discovering stream: any CartloadCore.Stream) async throws {
        let description = stream.description
        let incremental = stream as? any IncrementalStream
        let schema = if let known = description.schema { known } else { try await StreamSample(of: stream).schema() }
        var json = schema.jsonSchema.objectValue ?? JSONObject()
        if json["properties"] == nil { json["properties"] = .object(JSONObject()) }
        // What a sample does not show may still come.
        json["additionalProperties"] = nil

        let keys = description.keys
        let replicationKey = incremental?.replicationKey
        var root = JSONObject([("inclusion", "available"), ("selected-by-default", true)])
        root["table-key-properties"] = .array(keys.map { .string($0) })
        root["replication-method"] = replicationKey == nil ? "FULL_TABLE" : "INCREMENTAL"
        if let replicationKey { root["replication-key"] = .string(replicationKey) }
        if let incremental, !incremental.replicationKeys.isEmpty {
            root["valid-replication-keys"] = .array(incremental.replicationKeys.map { .string($0) })
        }
        var others = JSONObject([
            ("key_properties", .array(keys.map { .string($0) })),
            ("replication_method", root["replication-method"] ?? nil),
        ])
        if let replicationKey { others["replication_key"] = .string(replicationKey) }
        let automatic = Set(keys + [replicationKey].compactMap { $0 })
        self.init(
            description.name, schema: json,
            metadata: [([], root)]
                + schema.fields.map { field in
                    let inclusion: JSONValue = automatic.contains(field.name) ? "automatic" : "available"
                    return (["properties", field.name], JSONObject([("inclusion", inclusion)]))
                }, others: others)
    }
}
