// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A program that reads records from its standard input, a JSON object in each line.
///
/// It finds in its environment the stream's name (`CARTLOAD_STREAM`) and the number of the commit that begins
/// (`CARTLOAD_BATCH`), the same when a commit is repeated after a crash, so that it can tell what it has had already.
public struct ExecDestination: Destination {
    /// How it says that what it has read is durable.
    public enum Acknowledgement: String, Sendable, CaseIterable {
        /// It ends with status 0 at the end of its input; it is started anew for each commit.
        case exit
        /// It prints a line for each empty line, which stands for a commit; it runs until the stream ends.
        case line
    }

    public var program: RunProgram
    public var acknowledgement = Acknowledgement.exit

    public init(_ program: RunProgram) { self.program = program }

    public func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        try ExecWriter(self, stream)
    }
}
