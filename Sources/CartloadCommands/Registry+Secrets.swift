// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadFlow

extension Registry {
    /// Tells the redactor every secret of a flow, before anything is checked and so before any message (I8).
    ///
    /// - Parameter substitutions: What came from the environment, by path; in a secret field it is a secret on its own.
    func learnSecrets(of flow: FlowDefinition, substitutions: [String: [String]], _ redactor: Redactor) {
        let ends =
            [(flow.source, Role.source)] + flow.link.inlets.map { ($0.end, Role.source) }
            + flow.destinations.map { ($0.end, Role.destination) }
        for (end, role) in ends {
            guard let resolved = try? resolve(end, as: role) else { continue }
            learn(resolved.values, resolved.settings, path: end.path, substitutions, redactor)
        }
        for step in flow.processors + flow.destinations.flatMap(\.processors) {
            guard let values = step.value.objectValue else { continue }
            learn(values, stepSettings(step.name), path: step.path, substitutions, redactor)
        }
    }

    /// The same for the configuration of a tap or target, which may list processors.
    func learnSecrets(
        of values: JSONObject, settings: [Setting], substitutions: [String: [String]], _ redactor: Redactor
    ) {
        learn(values, settings, path: "", substitutions, redactor)
        for (index, step) in (values["processors"]?.arrayValue ?? []).enumerated() {
            for (name, value) in step.objectValue?.members ?? [] {
                guard let values = value.objectValue else { continue }
                learn(values, stepSettings(name), path: "processors[\(index)].\(name)", substitutions, redactor)
            }
        }
    }

    private func learn(
        _ values: JSONObject, _ settings: [Setting], path: String, _ substitutions: [String: [String]],
        _ redactor: Redactor
    ) {
        for setting in settings {
            guard let value = values[setting.name] else { continue }
            let path = path.isEmpty ? setting.name : "\(path).\(setting.name)"
            if setting.isSecret {
                texts(of: value).forEach(redactor.add)
                for (place, found) in substitutions where place == path || place.hasPrefix("\(path).") {
                    found.forEach(redactor.add)
                }
            } else if case .mapping(let inner) = setting.kind, let object = value.objectValue {
                if inner.isEmpty {
                    learn(foreign: value, path: path, substitutions, redactor)
                } else {
                    learn(object, inner, path: path, substitutions, redactor)
                }
            }
        }
    }

    /// The configuration of another program, of which nobody says what is secret: what came from the environment is, and
    /// what has a name like a secret.
    private func learn(
        foreign value: JSONValue, path: String, _ substitutions: [String: [String]], _ redactor: Redactor
    ) {
        for (place, found) in substitutions where place == path || place.hasPrefix("\(path).") {
            found.forEach(redactor.add)
        }
        switch value {
        case .object(let object):
            for (name, member) in object.members {
                if Registry.secretNames.contains(where: name.lowercased().contains) {
                    texts(of: member).forEach(redactor.add)
                } else {
                    learn(foreign: member, path: path, [:], redactor)
                }
            }
        case .array(let elements):
            for element in elements { learn(foreign: element, path: path, [:], redactor) }
        default: break
        }
    }

    private static let secretNames = [
        "password", "passwd", "passphrase", "secret", "token", "credential", "api_key", "apikey", "access_key",
        "private_key",
    ]

    /// Every text and number in a value.
    private func texts(of value: JSONValue) -> [String] {
        switch value {
        case .string(let text), .number(let text): [text]
        case .array(let elements): elements.flatMap(texts)
        case .object(let object): object.members.flatMap { texts(of: $0.value) }
        case .null, .bool: []
        }
    }
}
