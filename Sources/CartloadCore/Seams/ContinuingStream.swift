// SPDX-License-Identifier: Apache-2.0

/// A stream that says what its last checkpoint is good for: what Airbyte calls incremental, with a cursor of the source's own.
public protocol ContinuingStream: Stream {
    /// Whether a run that begins where an earlier one ended reads what has come since; false when it would read nothing, so
    /// that only a run from the beginning sees changes.
    var continues: Bool { get }
}
