// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadConfiguration
public import CartloadCore
internal import CartloadHTTP
internal import CartloadStores

extension ServerConfiguration {
    /// What a configuration file may say.
    public static let settings: [Setting] = [
        Setting(
            "listen", .string, "Where to listen, HOST:PORT; port 0 lets the kernel choose.", default: "127.0.0.1:8765"),
        Setting("tls", .mapping(tlsSettings), "The files of a certificate; without it, plain HTTP is served."),
        Setting(
            "data", .string, "The folder of the store; `none` keeps everything in memory.", default: ".cartload/server"),
        Setting("services", .string, "The folder of services.", default: "services"),
        Setting(
            "durability", .choice(["fsync", "async"]), "What a push survives: the machine's end, or the process's.",
            default: "fsync"),
        Setting("workers", .integer, "How many chunks run at once; as many as there are cores unless given."),
        Setting(
            "idle_timeout", .any, "After this time without a push, a pull or work a pipeline is closed.", default: "30m"
        ),
        Setting("retention", .any, "How long a pipeline is kept after its end.", default: "1h"),
        Setting("token_lifetime", .any, "How long the token of an OAuth2 client is valid.", default: "1h"),
        Setting("grace", .any, "How long requests may go on once the server is told to end.", default: "10s"),
        Setting("limits", .mapping(limitSettings), "Bounds of requests and memory."),
        Setting("defaults", .mapping(tenantSettings), "What a tenant may use that says nothing of its own."),
        Setting("open", .boolean, "Whether requests without credentials are welcome.", default: false),
        Setting("dashboard", .boolean, "Whether there is a dashboard.", default: true),
        Setting("tenants", .mapping([]), "Tenants by name: what they may use, and their users."),
    ]

    private static let tlsSettings = [
        Setting("certificate", .string, "A PEM file with the certificate and those above it.", isRequired: true),
        Setting("key", .string, "A PEM file with its key.", isRequired: true),
    ]

    private static let limitSettings = [
        Setting("body", .any, "Bytes of a request.", default: "96MB"),
        Setting("connections", .integer, "Open connections.", default: 10_000),
        Setting("chunks", .integer, "Chunks that a pipeline may take in all its life.", default: 1_000_000),
        Setting("memory", .any, "Bytes of payloads that are kept in memory beside the store.", default: "32MB"),
        Setting("pull", .any, "Bytes of results in one answer.", default: "32MB"),
        Setting(
            "input_buffer", .any, "Bytes of the input buffer of a pipeline that asks for nothing.", default: "70MB"),
        Setting("output_buffer", .any, "Bytes of its output buffer.", default: "80MB"),
        Setting("wait", .any, "How long a request may wait for results.", default: "55s"),
        Setting("lease", .any, "How long results may be lent.", default: "1h"),
    ]

    private static let tenantSettings = [
        Setting("input_buffer", .any, "Bytes of chunks that wait or run.", default: "800MB"),
        Setting("output_buffer", .any, "Bytes of results that are not pulled.", default: "800MB"),
        Setting("workers", .integer, "Chunks that run at once."),
        Setting("pipelines", .integer, "Pipelines that are not forgotten.", default: 100_000),
        Setting("weight", .number, "The share of the workers beside that of other tenants.", default: 1),
    ]

    private static let userSettings = [
        Setting("permissions", .strings, "`supervisor:pf` sees the pipelines of all users of the tenant."),
        Setting("tokens", .strings, "Hashes of bearer tokens."),
        Setting("api_keys", .strings, "Hashes of API keys."),
        Setting("clients", .mapping([]), "OAuth2 clients: ids, and hashes of their secrets."),
    ]

    /// Reads a file; relative paths in it begin where it is.
    ///
    /// - Throws: `CartloadError` located at the line.
    public mutating func read(_ value: JSONValue, _ positions: Configuration.Positions, folder: String) throws {
        guard case .object(let object) = value else {
            throw CartloadError(.wrongType, "the file is not a mapping", at: Location(source: positions.source))
        }
        let file = try Configuration(object, settings: ServerConfiguration.settings, positions: positions)
        if let text = file.string("listen") {
            guard let address = ListenAddress(text) else { throw file.wrong("listen", "must be HOST:PORT") }
            listen = address
        }
        if let part = try file.part("tls", ServerConfiguration.tlsSettings) {
            tls = HTTPServerOptions.TLS(
                certificate: (part.string("certificate") ?? "").beginning(in: folder),
                privateKey: (part.string("key") ?? "").beginning(in: folder))
        }
        if let text = file.string("data") { data = text == "none" ? nil : text.beginning(in: folder) }
        if let text = file.string("services") { services = text.beginning(in: folder) }
        durability = file.string("durability").flatMap(SegmentedStoreOptions.Durability.init) ?? durability
        compute.workers = try file.count("workers") ?? compute.workers
        guard compute.workers <= ServerConfiguration.maximumWorkers else {
            throw file.wrong("workers", "must be \(ServerConfiguration.maximumWorkers) at most")
        }
        compute.pipeline.idleTimeout = try file.duration("idle_timeout") ?? compute.pipeline.idleTimeout
        compute.pipeline.retention = try file.duration("retention") ?? compute.pipeline.retention
        tokenLifetime = try file.duration("token_lifetime") ?? tokenLifetime
        grace = try file.duration("grace") ?? grace
        isOpen = file.boolean("open") ?? isOpen
        hasDashboard = file.boolean("dashboard") ?? hasDashboard
        if let part = try file.part("limits", ServerConfiguration.limitSettings) { try readLimits(part) }
        if let part = try file.part("defaults", ServerConfiguration.tenantSettings) {
            compute.tenant = try TenantLimits(part, compute.tenant)
        }
        try readTenants(file)
    }

    private mutating func readLimits(_ part: Configuration) throws {
        bodyBytes = try part.bytes("body") ?? bodyBytes
        connections = try part.count("connections") ?? connections
        compute.pipeline.chunks = try part.count("chunks") ?? compute.pipeline.chunks
        compute.memoryBytes = try part.bytes("memory") ?? compute.memoryBytes
        compute.pullBytes = try part.bytes("pull") ?? compute.pullBytes
        limits.inputBytes = try part.bytes("input_buffer") ?? limits.inputBytes
        limits.outputBytes = try part.bytes("output_buffer") ?? limits.outputBytes
        limits.longestWait = try part.duration("wait") ?? limits.longestWait
        limits.longestLease = try part.duration("lease") ?? limits.longestLease
    }

    private mutating func readTenants(_ file: Configuration) throws {
        var owners: [String: String] = [:]
        for (tenant, value) in file["tenants"]?.objectValue?.members ?? [] {
            guard !tenant.isEmpty, !tenant.contains("/") else {
                throw file.wrong("tenants.\(tenant)", "must be a part of a path: not empty, and without slashes")
            }
            guard case .object(let object) = value else { throw file.wrong("tenants.\(tenant)", "must be a mapping") }
            let own = try Configuration(
                object,
                settings: [Setting("users", .mapping([]), "Users by name.")] + ServerConfiguration.tenantSettings,
                path: "tenants.\(tenant)", positions: file.positions)
            compute.tenants[tenant] = try TenantLimits(own, compute.tenant)
            for (user, value) in own["users"]?.objectValue?.members ?? [] {
                guard case .object(let object) = value else { throw own.wrong("users.\(user)", "must be a mapping") }
                let settings = try Configuration(
                    object, settings: ServerConfiguration.userSettings, path: "tenants.\(tenant).users.\(user)",
                    positions: file.positions)
                let account = try Account(tenant, user, settings)
                try account.claim(&owners, settings)
                accounts.append(account)
            }
        }
    }
}

extension TenantLimits {
    fileprivate init(_ part: Configuration, _ usual: TenantLimits) throws {
        self = usual
        inputBytes = try part.bytes("input_buffer") ?? inputBytes
        outputBytes = try part.bytes("output_buffer") ?? outputBytes
        workers = try part.count("workers") ?? workers
        pipelines = try part.count("pipelines") ?? pipelines
        if let weight = part.number("weight") {
            guard weight > 0 else { throw part.wrong("weight", "must be more than 0") }
            self.weight = weight
        }
    }
}

extension Configuration {
    func wrong(_ name: String, _ what: String) -> CartloadError {
        CartloadError(.wrongType, "\"\(path(of: name))\" \(what)", at: location(of: name))
    }

    /// A mapping in it.
    fileprivate func part(_ name: String, _ settings: [Setting]) throws -> Configuration? {
        guard case .object(let object)? = self[name] else { return nil }
        return try Configuration(object, settings: settings, path: path(of: name), positions: positions)
    }

    /// A size such as `96MB`, of at least one byte.
    fileprivate func bytes(_ name: String) throws -> Int? {
        guard let value = self[name], !value.isNull else { return nil }
        let size = value.intValue ?? value.stringValue.flatMap { ByteSize($0)?.bytes }
        guard let size, size > 0 else { throw wrong(name, "must be a size, such as 96MB") }
        return size
    }
}

extension String {
    fileprivate func beginning(in folder: String) -> String {
        hasPrefix("/") || folder.isEmpty ? self : "\(folder)/\(self)"
    }
}
