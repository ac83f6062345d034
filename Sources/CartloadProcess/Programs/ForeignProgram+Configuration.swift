// SPDX-License-Identifier: Apache-2.0

package import CartloadCore

extension ForeignProgram {
    package static func settings(_ what: String) -> [Setting] {
        [
            Setting("command", .strings, "The \(what) and its arguments.", isRequired: true),
            Setting("config", .mapping([]), "Its configuration."),
            Setting("environment", .mapping([]), "Variables added to its environment.", isSecret: true),
            Setting("directory", .string, "The folder that it runs in."),
            Setting("grace", .number, "So many seconds it may take to end when it is asked to.", default: 60),
        ]
    }

    package init(_ configuration: Configuration) throws {
        self.init(configuration.strings("command") ?? [])
        if let config = configuration["config"], !config.isNull { self.configuration = config }
        for (name, value) in configuration["environment"]?.objectValue?.members ?? [] {
            environment[name] = value.stringValue ?? value.description
        }
        directory = configuration.string("directory")
        grace = try configuration.seconds("grace") ?? grace
    }
}
