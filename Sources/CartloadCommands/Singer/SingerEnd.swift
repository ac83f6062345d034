// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A connector used as a Singer tap or target.
struct SingerEnd: Sendable {
    enum Kind: String, Sendable {
        case tap, target
    }

    let kind: Kind
    let connector: Connector

    /// `tap-sqlite`
    var name: String { "\(kind.rawValue)-\(connector.name)" }

    /// The environment variable of a setting: `TAP_SQLITE_PATH`.
    func variable(of setting: String) -> String {
        String("\(name)_\(setting)".uppercased().map { $0 == "-" ? "_" : $0 })
    }

    /// The variable of the connector's first setting, for examples.
    var exampleVariable: String {
        let settings = kind == .tap ? connector.source?.settings : connector.destination?.settings
        return variable(of: settings?.first?.name ?? "processors")
    }

    /// The connector's settings for this end.
    ///
    /// - Throws: `CartloadError` with code `config.wrong-role`.
    func settings() throws -> [Setting] {
        let role: Registry.Role = kind == .tap ? .source : .destination
        guard let settings = connector.settings(as: role) else {
            throw CartloadError(
                .wrongRole, "the connector \"\(connector.name)\" is no \(role.rawValue), so there is no \(name)",
                advice: "`cartload connectors` tells what each one can be.")
        }
        return settings
    }
}
