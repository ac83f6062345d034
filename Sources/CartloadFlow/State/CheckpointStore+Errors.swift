// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// Another run holds the same id.
    public static let alreadyRunning = CartloadError.Code("flow.already-running")
    /// The state directory cannot be made, opened or written.
    public static let stateDirectory = CartloadError.Code("flow.state-directory")
    /// The state was written by a newer release.
    public static let newerState = CartloadError.Code("flow.newer-state")
}

/// The error codes of the checkpoint stores.
public enum CheckpointStoreCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .alreadyRunning, meaning: "Another run uses the same state.",
            advice: "Wait for it to end, or give this run another state directory."),
        CatalogueEntry(
            .stateDirectory, meaning: "The state directory cannot be made or used.",
            advice: "Choose another one with --state."),
        CatalogueEntry(
            .newerState, meaning: "The state was written by a newer release of Cartload.",
            advice: "Use that release, or another state directory."),
    ]
}

extension CheckpointClaim {
    static func taken(_ id: String, holder: String?) -> CartloadError {
        CartloadError(
            .alreadyRunning, "\"\(id)\" is already running" + (holder.map { " (process \($0))" } ?? ""),
            advice: "Wait for it to end, or give this run another state directory.")
    }
}
