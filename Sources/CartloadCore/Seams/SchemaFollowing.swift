// SPDX-License-Identifier: Apache-2.0

/// A writer that looks at its stream's schema and can go on with another one.
public protocol SchemaFollowing: DestinationWriter {
    /// Goes on with another schema or other keys; what was written before stays as it is.
    ///
    /// Called between two writes, while no batch is being prepared.
    ///
    /// - Throws: `CartloadError` when what was begun cannot be gone on with.
    func follow(_ stream: DestinationStream) async throws
}
