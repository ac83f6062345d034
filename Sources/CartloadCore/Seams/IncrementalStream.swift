// SPDX-License-Identifier: Apache-2.0

/// A stream that can be read in the order of a field, from a value on: what Singer calls INCREMENTAL and sorted.
public protocol IncrementalStream: Stream {
    /// The fields that it can be read by.
    var replicationKeys: [String] { get }

    /// The field that its source was told to read it by; nil when it was told none.
    var replicationKey: String? { get }

    /// The same stream in the order of a field; a run over it ends at the greatest value, and a later one begins there.
    ///
    /// - Parameter start: Without a checkpoint, records with this value or a greater one are read; nil reads all.
    /// - Throws: `CartloadError` for a field that it cannot be read by, or a value that the field cannot have.
    func incremental(by key: String, from start: JSONValue?) throws -> any IncrementalStream

    /// The field's value at a checkpoint of this stream, if it is read by one.
    func replicationValue(at checkpoint: Checkpoint) -> JSONValue?
}
