// SPDX-License-Identifier: Apache-2.0

internal import CartloadClient
internal import CartloadCore
public import CartloadFlow
internal import Glibc

extension Processors {
    /// The processor that calls services.
    public static let services: [Entry] = [
        Entry(
            name: "service",
            summary: "Sends records through a service of the Batches API and joins its outputs to them.",
            settings: [
                Setting(
                    "name", .string, "The service: folder/name, with a version as folder/name[1.0].", isRequired: true),
                Setting("services", .string, "The folder of services; by default `services`, if there is one."),
                Setting("url", .string, "The server that has the service; without it, it runs in this process."),
                Setting("tenant", .string, "The tenant on that server; by default the last part of the URL."),
                Setting("token", .string, "A bearer token for it.", isSecret: true),
                Setting("api_key", .string, "An API key for it.", isSecret: true),
                Setting("client_id", .string, "An OAuth2 client for it."),
                Setting("client_secret", .string, "The client's secret.", isSecret: true),
                Setting("chunk", .integer, "How many records are sent at once.", default: 300),
                Setting("workers", .integer, "How many workers there are at most, in this process.", default: 16),
                Setting("parameters", .mapping([]), "Inputs that are the same for all records."),
                Setting("outputs", .strings, "The outputs that are wanted; all unless given."),
                Setting("into", .string, "The field that gets the outputs as one object; otherwise each is a field."),
            ], example: "service: demo/double"
        ) { step in try ServiceProcessor(step) }
    ]
}

extension ServiceProcessor {
    fileprivate init(_ step: Processors.Step) throws {
        if let name = step.value.stringValue {
            self.init(
                calls: try LocalCalls(
                    name, folder: ServiceProcessor.usualFolder, outputs: [], parameters: JSONObject(), workers: 16),
                chunkSize: 300, target: nil)
            return
        }
        let settings = try step.configuration()
        let name = settings.string("name") ?? ""
        let outputs = settings.strings("outputs") ?? []
        let parameters = settings["parameters"]?.objectValue ?? JSONObject()
        let calls: any ServiceCalling
        if let url = settings.string("url") {
            do {
                let client = try BatchesClient(
                    url, tenant: settings.string("tenant"), authentication: ServiceProcessor.authentication(settings))
                calls = RemoteCalls(client, ServiceReference(name), outputs: outputs, parameters: parameters)
            } catch let error as BatchesError {
                throw step.failure(error.message)
            }
        } else {
            calls = try LocalCalls(
                name, folder: settings.string("services") ?? ServiceProcessor.usualFolder, outputs: outputs,
                parameters: parameters, workers: try settings.count("workers") ?? 16)
        }
        self.init(calls: calls, chunkSize: try settings.count("chunk") ?? 300, target: settings.string("into"))
    }

    private static var usualFolder: String? { access("services", R_OK) == 0 ? "services" : nil }

    private static func authentication(_ settings: Configuration) -> Authentication {
        if let id = settings.string("client_id"), let secret = settings.string("client_secret") {
            return .client(id: id, secret: secret)
        }
        if let key = settings.string("api_key") { return .apiKey(key) }
        return settings.string("token").map { .token($0) } ?? .none
    }
}
