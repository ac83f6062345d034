// SPDX-License-Identifier: Apache-2.0

/// One verb.
///
/// The arguments that ``run(_:_:)`` is given have been checked against ``definition``.
protocol Command: Sendable {
    static var definition: CommandDefinition { get }

    /// Does the work; texts go to the context's console.
    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus
}
