// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Windows by a field of the records are what others call incremental by that field.
extension APIStream: IncrementalStream {
    var replicationKeys: [String] { replicationKey.map { [$0] } ?? [] }

    var replicationKey: String? {
        guard let path = definition.windows?.field, path.count == 1, let field = path.first else { return nil }
        guard let schema = description.schema, !schema.isOpen else { return field }
        return schema[field] == nil ? nil : field
    }

    func incremental(by key: String, from start: JSONValue?) throws -> any IncrementalStream {
        guard key == replicationKey, let windows = definition.windows, let slices = slices as? WindowSlices else {
            throw CartloadError(
                .apiDefinition, "\"\(description.name)\" cannot be read by \"\(key)\"",
                advice: replicationKey.map { "It can be by \"\($0)\"." } ?? "Give its `windows` a `field`.")
        }
        guard let start, !start.isNull else { return self }
        guard let instant = windows.form.instant(start.stringValue ?? start.description) else {
            throw CartloadError(
                .apiDefinition, "\"\(description.name)\" cannot begin at \(start), which is no time",
                advice: "Write it as the field \"\(key)\" has it.")
        }
        return APIStream(
            definition: definition, description: description, slices: WindowSlices(slices.windows, from: instant),
            partitions: partitions, exchange: exchange, form: form, busy: busy)
    }

    /// The time up to which everything has been read: partitions that a run has not come to hold it back.
    func replicationValue(at checkpoint: Checkpoint) -> JSONValue? {
        guard let windows = definition.windows, let progress = try? PartitionProgress(checkpoint, form) else {
            return nil
        }
        guard definition.partitioning == nil || progress.ends.isEmpty else { return nil }
        return progress.places.keys.compactMap { Instant($0) }.min().map { windows.form.value(of: $0) }
    }
}

extension APIStream: SparinglySampledStream {
    var sampleRecords: Int { 1000 }
    var sampleBatches: Int { 25 }
}
