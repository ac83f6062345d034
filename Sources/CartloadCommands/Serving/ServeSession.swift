// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadFlow
internal import CartloadHTTP
internal import CartloadServer
internal import CartloadServices
internal import Glibc

/// A server from its start to its end, with what it tells the person in front of it.
struct ServeSession {
    private var configuration: ServerConfiguration
    private let context: CommandContext
    private let accessLog: AccessLog?
    private let isJSON: Bool
    private let token: String?
    private let isDemo: Bool

    /// The tenant and the user of a server without a configuration.
    private static let demoTenant = "demo"

    /// What the file and the options say together.
    static func configuration(_ arguments: ParsedArguments, _ context: CommandContext) throws -> ServerConfiguration {
        var configuration = ServerConfiguration(workers: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        configuration.data = ".cartload/server"
        if let path = arguments.value("config") {
            let document = try ConfigurationDocument(file: path, environment: context.environment)
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
            try configuration.read(document.value, document.positions, folder: folder)
        }
        if let text = arguments.value("listen") {
            guard let address = ListenAddress(text) else {
                throw CartloadError(.invalidValue, "--listen must be HOST:PORT")
            }
            configuration.listen = address
        }
        if let data = arguments.value("data") { configuration.data = data == "none" ? nil : data }
        if let services = arguments.value("services") { configuration.services = services }
        if configuration.services == nil, access("services", R_OK) == 0 { configuration.services = "services" }
        if let text = arguments.value("workers") {
            guard let workers = Int(text), (1...ServerConfiguration.maximumWorkers).contains(workers) else {
                throw CartloadError(
                    .invalidValue, "--workers must be a whole number from 1 to \(ServerConfiguration.maximumWorkers)")
            }
            configuration.compute.workers = workers
        }
        if arguments.flag("no-dashboard") { configuration.hasDashboard = false }
        switch (arguments.value("tls-certificate"), arguments.value("tls-key")) {
        case (let certificate?, let key?):
            configuration.tls = HTTPServerOptions.TLS(certificate: certificate, privateKey: key)
        case (nil, nil): break
        default: throw CartloadError(.invalidValue, "--tls-certificate and --tls-key go together")
        }
        if let time = try arguments.duration("idle-timeout") {
            configuration.compute.pipeline.idleTimeout = time
        }
        return configuration
    }

    init(_ configuration: ServerConfiguration, _ arguments: ParsedArguments, _ context: CommandContext) throws {
        self.configuration = configuration
        self.context = context
        isJSON = arguments.flag("json")
        isDemo = configuration.accounts.isEmpty && !configuration.isOpen
        if isDemo {
            guard configuration.listen.isLoopback else {
                throw CartloadError(
                    .serverOpenToAll, "the server would listen on \(configuration.listen) without knowing any user",
                    advice: "Name tenants and users in a configuration, or listen on 127.0.0.1.")
            }
            let token = Secret.make("clt")
            self.token = token
            self.configuration.accounts = [
                Account(
                    tenant: ServeSession.demoTenant, user: ServeSession.demoTenant,
                    permissions: [Account.supervisor], tokens: [Secret(of: token)], apiKeys: [Secret(of: token)])
            ]
        } else {
            token = nil
        }
        accessLog = try arguments.value("access-log").map { try AccessLog($0, now: context.now) }
    }

    func run() async throws -> ExitStatus {
        let console = context.console
        let log = accessLog
        let logger = context.logger("serve")
        let server = try BatchesServer(
            configuration, services: configuration.services == nil ? DemoServices.all : [],
            onAccess: log.map { log in { @Sendable access in log.write(access) } },
            onWorkerLine: { service, line in console.note("\(service): \(line)") },
            onProblem: { problem in console.note(Console.text(of: problem)) })
        let address = try server.start()
        try announce(address, server)
        let stop = StopRequest()
        let signal = context.watchSignals(stop)
        context.watchHangups {
            do {
                try server.reload()
                console.note("Read services and certificate again.")
            } catch {
                console.report(error)
            }
        }
        stop.onRequest { Task.detached { await server.drain() } }
        try await server.serve()
        logger.info("ended")
        log?.close()
        return signal().map { .interrupted(by: $0) } ?? .done
    }

    private func announce(_ address: HTTPServerAddress, _ server: BatchesServer) throws {
        for problem in server.serviceProblems { context.console.report(problem) }
        let services =
            server.services.isEmpty && configuration.services == nil
            ? DemoServices.all.map(\.uri) : server.services.map(\.uri)
        if isJSON {
            var object = JSONObject([("url", .string(address.description))])
            object["tenant"] = token == nil ? nil : .string(ServeSession.demoTenant)
            object["token"] = token.map { .string($0) }
            object["services"] = .array(services.map { .string($0) })
            try context.console.print(.object(object))
            return
        }
        var lines = ["Serving the Batches API on \(address)"]
        lines.append(configuration.data.map { "Pipelines are kept in \($0)" } ?? "Pipelines are kept in memory")
        if let folder = configuration.services {
            lines.append("Services of \(folder): \(services.isEmpty ? "none yet" : services.joined(separator: ", "))")
        } else {
            lines.append("Services: \(services.joined(separator: ", "))")
        }
        for line in lines { context.console.note(line) }
        guard let token else { return }
        let base = "\(address)/\(ServeSession.demoTenant)/api/v4/batch"
        let look = configuration.hasDashboard ? "\nLook on:\n\n  \(address)/#token=\(token)\n" : ""
        try context.console.print(
            """
            Token of the tenant \(ServeSession.demoTenant), valid until the server ends:

              export TOKEN=\(token)
            \(look)
            Try it:

              curl -s -H "Authorization: Bearer $TOKEN" \(base) -d '{"service":"\(services.first.map(ServeSession.path) ?? "demo/double")"}'
              curl -s -H "Authorization: Bearer $TOKEN" \(base)/ID/chunks -d '{"chunks":[{"id":"1","data":{"inputs":[["value"],[1],[2]]}}]}'
              curl -s -H "Authorization: Bearer $TOKEN" "\(base)/ID/chunkresults?wait=5"

            """)
    }

    /// `folder/service` of `folder/service[version]`.
    private static func path(_ uri: String) -> String { uri.split(separator: "[").first.map(String.init) ?? uri }
}

extension CartloadError.Code {
    /// A server would serve everybody.
    static let serverOpenToAll = CartloadError.Code("serve.open-to-all")
    /// A log cannot be written.
    static let accessLogFailed = CartloadError.Code("serve.access-log")
}
