// SPDX-License-Identifier: Apache-2.0

/// What an implementation got wrong, in one sentence.
public struct ContractFailure: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// Throws a described failure unless the condition holds.
func expect(_ condition: Bool, _ failure: @autoclosure () -> String) throws {
    if !condition { throw ContractFailure(failure()) }
}
