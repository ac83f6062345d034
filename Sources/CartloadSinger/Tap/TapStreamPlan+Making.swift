// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

extension TapStreamPlan {
    /// Plans one stream.
    ///
    /// - Parameters:
    ///   - entry: What the catalog says about it; nil takes all of it.
    /// - Throws: `CartloadError` with code `singer.catalog` for what the stream cannot do.
    init(
        _ stream: any CartloadCore.Stream, _ entry: CatalogEntry?, _ bookmark: TapState.Bookmark, _ options: TapOptions,
        clock: RunClock, warn: (CartloadError) -> Void
    ) throws {
        let description = stream.description
        name = entry?.stream ?? description.name
        var processors: [any Processor] = []
        let original = entry?.schema ?? description.schema?.jsonSchema.objectValue ?? JSONObject()
        if options.validates, !original.isEmpty {
            processors.append(try ValidateProcessor(jsonSchema: .object(original)))
        }

        let (method, key) = try TapStreamPlan.method(stream, entry)
        let usesBookmark = bookmark.replicationKey == key
        if !usesBookmark, bookmark.replicationKey != nil {
            warn(
                CartloadError(
                    .singerState,
                    "the state of \"\(name)\" is of another replication key; the stream is read from the beginning"))
        }
        if let key, method == "INCREMENTAL" {
            let start = usesBookmark ? bookmark.replicationValue : nil
            if let incremental = stream as? any IncrementalStream, incremental.replicationKeys.contains(key) {
                let sorted = try incremental.incremental(by: key, from: start)
                self.stream = sorted
                replication = .sorted(key: key) { $0.ofStream.flatMap(sorted.replicationValue) }
                resumesAt = usesBookmark ? try bookmark.checkpoint() : nil
            } else {
                let value = start.flatMap(ReplicationValue.init)
                let highest = HighestValue(value)
                processors.append(IncrementProcessor(key: key, start: value, highest: highest))
                self.stream = stream
                replication = .unsorted(key: key, highest: highest)
                resumesAt = nil
            }
            version = nil
        } else {
            self.stream = stream
            replication = .fullTable
            resumesAt = usesBookmark ? try bookmark.checkpoint() : nil
            let earlier = resumesAt == nil ? nil : bookmark.version
            version = options.emitsVersions ? earlier ?? clock.wall().microseconds / 1000 : nil
        }

        let paths = entry?.deselectedPaths ?? []
        if !paths.isEmpty { processors.append(SelectionProcessor(without: paths)) }
        if !original.isEmpty, options.invalidDates != .keep {
            let sent = try Schema(jsonSchema: .object(entry?.selectedSchema ?? original))
            let keys = entry?.keyProperties ?? description.keys
            if let dates = DateProcessor(sent, keys: keys, options.invalidDates) { processors.append(dates) }
        }
        processors += options.processors
        self.processors = processors

        var json = entry?.selectedSchema ?? original
        if !options.processors.isEmpty, !json.isEmpty {
            let schema = try options.processors.schema(from: Schema(jsonSchema: .object(json)))
            json = schema.jsonSchema.objectValue ?? JSONObject()
            json["additionalProperties"] = nil
        }
        let names = json["properties"]?.objectValue?.keys ?? []
        let keys = (entry?.keyProperties ?? description.keys).filter { names.isEmpty || names.contains($0) }
        schema = SchemaMessage(
            name, schema: json, keyProperties: keys,
            bookmarkProperties: method == "INCREMENTAL" ? key.map { [$0] } : nil)
    }

    /// How the stream is replicated: as the catalog says, or else as its source was told.
    private static func method(
        _ stream: any CartloadCore.Stream, _ entry: CatalogEntry?
    ) throws -> (method: String, key: String?) {
        let own = (stream as? any IncrementalStream)?.replicationKey
        let method = entry?.replicationMethod ?? (own == nil ? "FULL_TABLE" : "INCREMENTAL")
        switch method {
        case "FULL_TABLE": return (method, nil)
        case "INCREMENTAL":
            guard let key = entry?.replicationKey ?? own else {
                throw CartloadError(
                    .singerCatalog,
                    "the stream \"\(stream.description.name)\" is INCREMENTAL and the catalog names no replication key",
                    advice: "Set replication-key in the stream's metadata.")
            }
            if let schema = stream.description.schema, !schema.isOpen, schema[key] == nil {
                throw CartloadError(
                    .singerCatalog, "the stream \"\(stream.description.name)\" has no field \"\(key)\" to replicate by",
                    advice: "It has: \(schema.fields.prefix(20).map(\.name).joined(separator: ", ")).")
            }
            return (method, key)
        default:
            throw CartloadError(
                .singerCatalog,
                "the stream \"\(stream.description.name)\" cannot be replicated by \(method)",
                advice: "Use FULL_TABLE or INCREMENTAL.")
        }
    }
}
