// SPDX-License-Identifier: Apache-2.0

internal import CartloadClient
internal import CartloadConfiguration
internal import CartloadCore

/// Which server the verbs of `cartload batches` talk to, and as whom.
///
/// Options win over `CARTLOAD_…` of the environment, and these over the vendor's `CSPARK_…`. Nothing of it is ever printed
/// that is secret (I8).
struct BatchesConnection: Sendable {
    static let options: [OptionDefinition] = [
        .value("url", "url", "The server (default: CARTLOAD_URL, else http://127.0.0.1:8765)."),
        .value("tenant", "name", "The tenant (default: CARTLOAD_TENANT, else the end of the URL, else demo)."),
        .value("token", "text", "A bearer token (default: CARTLOAD_TOKEN)."),
        .value("api-key", "text", "An API key (default: CARTLOAD_API_KEY)."),
        .value("client-id", "id", "An OAuth2 client (default: CARTLOAD_CLIENT_ID)."),
        .value("client-secret", "text", "The client's secret (default: CARTLOAD_CLIENT_SECRET)."),
        .value("certificate-authority", "file", "Certificates to trust, PEM.", completion: .file),
        .value("timeout", "time", "How long one request may take (default: 60s)."),
    ]

    private static let defaultURL = "http://127.0.0.1:8765"
    private static let defaultTenant = "demo"

    let url: String
    let tenant: String?
    let authentication: Authentication
    var clientOptions: ClientOptions

    init(_ arguments: ParsedArguments, _ context: CommandContext, clientOptions: ClientOptions = ClientOptions()) throws
    {
        let environment = context.environment
        func value(_ option: String, _ names: String...) -> String? {
            if let given = arguments.value(option), !given.isEmpty { return given }
            return names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        let base = value("url", "CARTLOAD_URL", "CSPARK_BASE_URL") ?? BatchesConnection.defaultURL
        url = base
        tenant =
            value("tenant", "CARTLOAD_TENANT")
            ?? (BatchesConnection.hasPath(base) ? nil : BatchesConnection.defaultTenant)
        authentication = try BatchesConnection.authentication(arguments, environment)
        switch authentication {
        case .token(let secret), .apiKey(let secret), .client(_, let secret): context.console.redactor.add(secret)
        case .none: break
        }
        self.clientOptions = clientOptions
        self.clientOptions.certificateAuthorities = arguments.value("certificate-authority")
        self.clientOptions.timeout = try arguments.duration("timeout") ?? clientOptions.timeout
    }

    private static func authentication(_ arguments: ParsedArguments, _ environment: Environment) throws
        -> Authentication
    {
        for prefix in [nil, "CARTLOAD_"] {
            func value(_ option: String, _ name: String) -> String? {
                guard let prefix else { return arguments.value(option) }
                return environment[prefix + name].flatMap { $0.isEmpty ? nil : $0 }
            }
            switch (value("client-id", "CLIENT_ID"), value("client-secret", "CLIENT_SECRET")) {
            case (let id?, let secret?): return .client(id: id, secret: secret)
            case (nil, nil): break
            default:
                throw CartloadError(
                    .batchesSettings, "a client needs both its id and its secret",
                    advice:
                        "Give --client-id and --client-secret, or set CARTLOAD_CLIENT_ID and CARTLOAD_CLIENT_SECRET.")
            }
            if let key = value("api-key", "API_KEY") { return .apiKey(key) }
            if let token = value("token", "TOKEN") { return .token(token) }
        }
        return try BatchesFailure.translating { try Authentication(environment: environment.variables) }
    }

    private static func hasPath(_ url: String) -> Bool {
        var rest = url[...]
        while rest.last == "/" { rest.removeLast() }
        guard let colon = rest.firstIndex(of: ":"), rest[colon...].hasPrefix("://") else { return rest.contains("/") }
        return rest[rest.index(colon, offsetBy: 3)...].contains("/")
    }

    /// What tells servers and tenants apart; no secret.
    var endpoint: String { "\(url) \(tenant ?? "")" }

    func client() throws -> BatchesClient {
        try BatchesFailure.translating {
            try BatchesClient(url, tenant: tenant, authentication: authentication, options: clientOptions)
        }
    }
}

extension BatchesFailure {
    /// Runs a body, whose errors are made this program's.
    static func translating<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as BatchesError {
            throw BatchesFailure(error: error).cartloadError
        }
    }
}
