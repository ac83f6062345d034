// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a program prints, a JSON object in each line, as a stream.
///
/// The end of its output proves nothing, so the stream is complete only when it exits with 0.
public struct ExecSource: Source {
    /// What a run reads after an earlier one.
    public enum Resume: String, Sendable, CaseIterable {
        /// All that the program prints then.
        case again
        /// What it prints after as many records as were read before: for programs that print the same and more each time.
        case skip
    }

    public var program: RunProgram
    /// The name of the stream.
    public var name = "exec"
    public var resume = Resume.again
    public var keys: [String] = []
    public var schema: Schema?
    public var maximumRecordBytes = 64 << 20

    public init(_ program: RunProgram) { self.program = program }

    public func streams() async throws -> [any CartloadCore.Stream] { [ExecStream(self)] }
}
