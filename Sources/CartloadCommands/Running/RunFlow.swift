// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
public import CartloadFlow

extension CartloadError.Code {
    /// The program was put together without the engine that runs flows.
    static let notBuiltIn = CartloadError.Code("run.not-built-in")
}

/// Runs a flow to its end, or until it is asked to stop, and says what it did; `run` and `copy` end here.
///
/// Rejected records are counted in the statistics (exit code 3); an error thrown is a failed run (exit code 1). After a stop
/// request it returns normally, with `isStopped` set, once everything begun is committed or undone.
public typealias FlowRunner = @Sendable (FlowDefinition, RunRequest, RunContext) async throws -> RunStatistics

/// Checks a flow as far as possible without moving records, and says what a run would do; `check` ends here.
public typealias FlowChecker = @Sendable (FlowDefinition, RunContext) async throws -> FlowPlan

/// The seam between the verbs and the engine.
public enum RunFlow {
    /// The runner of a program without an engine.
    public static let unavailable: FlowRunner = { _, _, _ in
        throw CartloadError(
            .notBuiltIn, "this build cannot run flows", advice: "Use a build with the engine, or give a FlowRunner.")
    }
}
