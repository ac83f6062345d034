// SPDX-License-Identifier: Apache-2.0

/// What the command line says about a run, beside the flow itself.
public struct RunRequest: Sendable, Hashable {
    /// Where checkpoints are kept; nil for a copy that keeps none.
    public var stateDirectory: String?
    /// Whether to forget earlier checkpoints.
    public var isFresh: Bool
    /// Whether a flow with a schedule runs only once.
    public var runsOnce: Bool

    /// Whether checkpoints outlive a complete run, so that the next one reads only what is new.
    var keepsState: Bool { stateDirectory != nil }

    public init(stateDirectory: String? = nil, isFresh: Bool = false, runsOnce: Bool = false) {
        self.stateDirectory = stateDirectory
        self.isFresh = isFresh
        self.runsOnce = runsOnce
    }
}
