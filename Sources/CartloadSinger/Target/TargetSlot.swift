// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A stream as the input of a target names it, with its records of the current block.
final class TargetSlot {
    let name: String
    /// The last SCHEMA message as it came: taps repeat them by the thousand.
    var schemaText = Bytes()
    var stream: TargetStream?
    var message: SchemaMessage?
    var isVersioned = false
    var places: [RowPlace] = []
    var times: [Bytes] = []
    var lastTime: RowPlace?
    /// The version of these records.
    var version: Int64?
    /// The version that ACTIVATE_VERSION named last.
    var activated: Int64?
    /// The version as the last record wrote it.
    var versionText = Bytes()

    init(_ name: String) { self.name = name }
}
