// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadFlow

/// Reads a flow file for `run` and `check`.
enum FlowFile {
    static func read(_ path: String, _ context: CommandContext) throws -> FlowDefinition {
        let document = try ConfigurationDocument(file: path, environment: context.environment)
        let flow = try FlowDefinition(document.value, name: name(of: path), positions: document.positions)
        context.registry.learnSecrets(of: flow, substitutions: document.substitutions, context.console.redactor)
        return flow
    }

    /// The file's name without directories and ending.
    static func name(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return file }
        return String(file[..<dot])
    }
}
