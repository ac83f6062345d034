// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow
public import CartloadProcess

/// Anybody's Singer target as a destination of flows: a child process for each stream.
///
/// A target says with a STATE what is durable, often only at its end; until then a run's checkpoint waits. What it took
/// without saying so may come twice after a crash.
public struct SingerDestination: Destination {
    public var program: ForeignProgram
    /// Sends BATCH messages; nil sends RECORD messages.
    public var batches: BatchConfiguration?
    public var isASCIIOnly: Bool

    public init(_ program: ForeignProgram, batches: BatchConfiguration? = nil, isASCIIOnly: Bool = false) {
        self.program = program
        self.batches = batches
        self.isASCIIOnly = isASCIIOnly
    }

    public func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        try SingerTargetWriter(self, stream)
    }
}
