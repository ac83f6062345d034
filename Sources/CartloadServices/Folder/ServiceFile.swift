// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadConfiguration
internal import CartloadCore

/// Reads what a file `service.yaml` says.
struct ServiceFile {
    let place: ServicePlace
    let options: ServiceFolder.Options

    static let settings: [Setting] = [
        Setting(
            "service_id", .string, "The id of the service, the same in all versions; by default made of its place."),
        Setting("version_id", .string, "The id of this version; by default made of its place."),
        Setting("active_since", .string, "From when on it is the version in force, such as 2026-01-31T12:00:00Z."),
        Setting("inputs", .list, "What a record has: name, type, default, optional."),
        Setting("outputs", .strings, "What comes of a record, in the order of result columns."),
        Setting("subservices", .mapping([]), "Sets of outputs that can be asked for by a name."),
        Setting("limits", .mapping(ServiceLimits.settings), "How much it may take."),
        Setting(
            "runner", .mapping(RunnerDefinition.settings), "What runs it: exec, jq or builtin.", isRequired: true),
    ]

    /// The service that a document describes.
    ///
    /// - Throws: `CartloadError`, located at the line that is wrong.
    func service(_ document: ConfigurationDocument, revision: String) throws -> Service {
        guard let values = document.value.objectValue else {
            throw CartloadError(
                .serviceDefinition, "a service is a mapping with a runner", at: document.positions.location(of: ""))
        }
        let file = try Configuration(values, settings: ServiceFile.settings, positions: document.positions)
        let outputs = file.strings("outputs") ?? []
        if let twice = outputs.firstRepeated {
            throw file.wrong("outputs", "the output \"\(twice)\" is there twice")
        }
        let limits = try Configuration(
            file["limits"]?.objectValue ?? JSONObject(), settings: ServiceLimits.settings, path: "limits",
            positions: file.positions)
        let runner = try Configuration(
            file["runner"]?.objectValue ?? JSONObject(), settings: RunnerDefinition.settings, path: "runner",
            positions: file.positions)
        return Service(
            serviceID: try identifier(file, "service_id") ?? place.serviceID,
            versionID: try identifier(file, "version_id") ?? place.versionID, folder: place.folder, name: place.name,
            version: place.version, activeSince: try activeSince(file), inputs: try inputs(file), outputs: outputs,
            subservices: try subservices(file, outputs), limits: try ServiceLimits(limits), revision: revision,
            runner: try RunnerDefinition(runner, limits: limits).runner(in: place, options))
    }

    private func identifier(_ file: Configuration, _ name: String) throws -> String? {
        guard let text = file.string(name) else { return nil }
        guard !text.isEmpty, text.utf8.count <= ServicePlace.maximumNameLength, !text.contains("/"), !text.contains("[")
        else { throw file.wrong(name, "\"\(name)\" must have 1 to 128 bytes, and neither / nor [") }
        return text
    }

    private func activeSince(_ file: Configuration) throws -> Instant {
        guard let text = file.string("active_since") else { return .earliest }
        guard let time = Instant(text) else {
            throw file.wrong("active_since", "\"active_since\" must be a time, such as 2026-01-31T12:00:00Z")
        }
        return time
    }

    private func inputs(_ file: Configuration) throws -> [ServiceField] {
        let inputs = try (file["inputs"]?.arrayValue ?? []).enumerated().map { position, value in
            let path = "inputs[\(position)]"
            if let name = value.stringValue { return ServiceField(name) }
            guard let values = value.objectValue else {
                throw file.wrong(path, "an input is a name, or a mapping with a name")
            }
            return try ServiceField(
                Configuration(values, settings: ServiceField.settings, path: path, positions: file.positions))
        }
        if let twice = inputs.map(\.name).firstRepeated {
            throw file.wrong("inputs", "the input \"\(twice)\" is there twice")
        }
        return inputs
    }

    private func subservices(_ file: Configuration, _ outputs: [String]) throws -> [String: [String]] {
        var subservices: [String: [String]] = [:]
        for (name, value) in file["subservices"]?.objectValue?.members ?? [] {
            let path = "subservices.\(name)"
            guard let chosen = value.arrayValue?.map(\.stringValue), !chosen.isEmpty, !chosen.contains(nil) else {
                throw file.wrong(path, "a subservice is a list of outputs")
            }
            let names = chosen.compactMap { $0 }
            if let unknown = names.first(where: { !outputs.isEmpty && !outputs.contains($0) }) {
                throw file.wrong(path, "there is no output \"\(unknown)\"")
            }
            subservices[name] = names
        }
        return subservices
    }
}

extension Configuration {
    /// Says that a value cannot be.
    func wrong(_ name: String, _ message: String) -> CartloadError {
        CartloadError(.serviceDefinition, message, at: location(of: name))
    }
}

extension [String] {
    fileprivate var firstRepeated: String? {
        var seen: Set<String> = []
        return first { !seen.insert($0).inserted }
    }
}
