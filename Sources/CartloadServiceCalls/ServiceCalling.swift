// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// Runs records through a service, wherever that is; blocks until all of them are done.
protocol ServiceCalling: Sendable {
    /// - Throws: `CartloadError` when the service cannot be reached or does not start; a record that fails is a problem of its
    ///   own.
    func call(_ records: Rows) throws -> CalledRecords
}
