// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadFlow

/// Reads a flow file for `run` and `check`.
enum FlowFile {
    /// The flows of a file: one, or several links.
    static func read(_ path: String, _ context: CommandContext) throws -> [FlowDefinition] {
        let document = try ConfigurationDocument(file: path, environment: context.environment)
        let flows = try FlowDefinition.all(document.value, name: name(of: path), positions: document.positions)
        for flow in flows {
            context.registry.learnSecrets(of: flow, substitutions: document.substitutions, context.console.redactor)
        }
        return flows
    }

    /// The only flow of a file, when it has no schedule; nil for links that a planner runs.
    static func plain(_ flows: [FlowDefinition]) -> FlowDefinition? {
        flows.count == 1 && flows[0].link.schedule == nil ? flows[0] : nil
    }

    /// The file's name without directories and ending.
    static func name(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return file }
        return String(file[..<dot])
    }
}
