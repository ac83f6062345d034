// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore

/// The configuration of a tap or target: one or several files, of which later ones win, and the environment.
struct SingerConfiguration {
    /// The connector's own settings.
    let connector: Configuration
    /// Those of the tap or target around it.
    let adapter: Configuration

    /// Reads the files.
    ///
    /// - Parameters:
    ///   - paths: `ENV` stands for variables named `TAP_SQLITE_PATH`, which come before all files.
    ///   - own: The connector's settings.
    ///   - adapter: The settings of the tap or target.
    init(
        _ paths: [String], _ end: SingerEnd, own: [Setting], adapter: [Setting], _ context: CommandContext
    ) throws {
        var values = JSONObject()
        var positions = Configuration.Positions()
        var substitutions: [String: [String]] = [:]
        for path in paths where path != "ENV" {
            let document = try ConfigurationDocument(file: path, environment: context.environment)
            guard let object = document.value.objectValue else {
                throw CartloadError(
                    .wrongType, "the configuration must be a mapping", at: Location(source: path))
            }
            for (key, value) in object.members { values[key] = value }
            positions = document.positions
            substitutions.merge(document.substitutions) { $1 }
        }
        let all = own + adapter.filter { setting in !own.contains { $0.name == setting.name } }
        if paths.contains("ENV") {
            for setting in all {
                guard let text = context.environment[end.variable(of: setting.name)] else { continue }
                values[setting.name] = SingerConfiguration.value(text, setting.kind)
            }
        }
        context.registry.learnSecrets(of: values, settings: all, substitutions: substitutions, context.console.redactor)
        _ = try Configuration(values, settings: all, positions: positions)
        let names = Set(own.map(\.name))
        connector = try Configuration(
            JSONObject(values.members.filter { names.contains($0.key) }.map { ($0.key, $0.value) }), settings: own,
            positions: positions)
        self.adapter = try Configuration(
            JSONObject(values.members.filter { !names.contains($0.key) }.map { ($0.key, $0.value) }),
            settings: adapter, positions: positions)
    }

    /// A variable's text as what the setting is.
    private static func value(_ text: String, _ kind: Setting.Kind) -> JSONValue {
        switch kind {
        case .string, .choice: .string(text)
        default: (try? JSONValue(parsing: text)) ?? .string(text)
        }
    }
}
