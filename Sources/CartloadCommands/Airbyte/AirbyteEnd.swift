// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A connector used as an Airbyte source or destination.
struct AirbyteEnd: Sendable {
    let role: Registry.Role
    let connector: Connector

    /// `source-sqlite`
    var name: String { "\(role.rawValue)-\(connector.name)" }

    /// The connector's settings for this end.
    ///
    /// - Throws: `CartloadError` with code `config.wrong-role`.
    func settings() throws -> [Setting] {
        guard let settings = connector.settings(as: role) else {
            throw CartloadError(
                .wrongRole, "the connector \"\(connector.name)\" is no \(role.rawValue)",
                advice: "`cartload connectors` tells what each one can be.")
        }
        return settings
    }
}
