// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Whose turn it is after an error, as Airbyte's platform wants to know.
public enum FailureType: String, Sendable, Hashable {
    /// The user's: something in the configuration, the catalog or the state.
    case configuration = "config_error"
    /// Nobody's: trying again may help.
    case transient = "transient_error"
    /// Ours.
    case system = "system_error"

    /// Decides by the error's code.
    public init(of error: any Error) {
        guard let code = (error as? CartloadError)?.code.rawValue else {
            self = .system
            return
        }
        let family = code.prefix { $0 != "." }
        if FailureType.ofUsers.contains(code) || ["config", "usage", "expression", "processor"].contains(family) {
            self = .configuration
        } else if FailureType.passing.contains(code) {
            self = .transient
        } else {
            self = .system
        }
    }

    private static let ofUsers: Set<String> = [
        "airbyte.catalog", "airbyte.state", "sqlite.cannot-open", "sqlite.missing-table", "sqlite.missing-column",
        "sqlite.not-a-database", "sqlite.cursor", "sqlite.keys", "sqlite.checkpoint", "sqlite.shared-table",
        "storage.not-found", "storage.no-match", "storage.permission-denied", "storage.bad-pattern",
        "storage.is-folder", "storage.not-folder", "storage.not-a-file", "files.state", "files.template",
        "s3.credentials", "s3.denied", "s3.not-found", "s3.bad-location", "http.host-not-allowed", "http.bad-url",
        "process.not-found", "process.not-executable", "flow.unknown-stream", "api.credentials", "api.definition",
        "api.template",
    ]

    private static let passing: Set<String> = [
        "sqlite.locked", "http.timeout", "http.unavailable", "http.refused", "http.broken-off", "http.unresolved",
        "http.failed", "http.bad-response", "api.unavailable", "s3.failed", "s3.bad-response",
    ]
}
