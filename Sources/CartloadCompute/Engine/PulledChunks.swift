// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a pull brings.
public struct PulledChunks: Sendable {
    /// The texts of results, to be passed on as they are.
    public var results: [Bytes]
    /// The ids of their chunks.
    public var ids: [String]
    /// Names the lease, if one was asked for and there are results.
    public var lease: String?
    public var status: PipelineSnapshot
}
