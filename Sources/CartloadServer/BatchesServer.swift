// SPDX-License-Identifier: Apache-2.0

public import CartloadCompute
public import CartloadCore
public import CartloadHTTP
internal import CartloadServices
internal import CartloadStores

/// A server of the Batches API: a store, services, workers and an HTTP server, put together from a configuration.
public final class BatchesServer: Sendable {
    public let configuration: ServerConfiguration
    public let engine: ComputeEngine
    private let http: BeastServer
    private let handler: BatchesHandler
    private let folder: ServiceFolder?
    private let pool: WorkerPool
    private let onProblem: @Sendable (CartloadError) -> Void

    /// How often time alone is looked at, and the folder of services.
    private static let tickTime = Duration.milliseconds(250)
    private static let reloadTime = Duration.seconds(1)

    /// Puts a server together; nothing listens yet.
    ///
    /// - Parameters:
    ///   - services: Beside those of the folder, and found before them.
    ///   - onAccess: Told of each request.
    ///   - onWorkerLine: Told of each line that a worker of a folder's service says on its standard error, with the service's
    ///     `folder/service[version]`.
    ///   - onProblem: Told of what fails that nobody waits for.
    /// - Throws: `CartloadError` when the store or the folder of services cannot be used.
    public init(
        _ configuration: ServerConfiguration, services: [Service] = [],
        onAccess: (@Sendable (HTTPAccess) -> Void)? = nil,
        onWorkerLine: (@Sendable (_ service: String, _ line: String) -> Void)? = nil,
        onProblem: @escaping @Sendable (CartloadError) -> Void = { _ in }
    ) throws {
        self.configuration = configuration
        self.onProblem = onProblem
        folder = try configuration.services.map {
            try ServiceFolder($0, options: ServiceFolder.Options(onErrorLine: onWorkerLine))
        }
        // As many as run at once, and some that wait for their service's next chunk.
        pool = WorkerPool(options: WorkerPool.Options(maximumWorkers: configuration.compute.workers * 2))
        let store: any PipelineStore =
            if let data = configuration.data {
                try SegmentedPipelineStore(
                    folder: data, options: SegmentedStoreOptions(durability: configuration.durability))
            } else {
                MemoryPipelineStore()
            }
        let catalogue = ServiceSelection(own: services, folder: folder)
        engine = ComputeEngine(
            store: store, catalogue: catalogue, supply: PooledWorkers(pool),
            options: configuration.compute, onProblem: onProblem)
        let accounts = Accounts(
            configuration.accounts, isOpen: configuration.isOpen, tokenLifetime: configuration.tokenLifetime)
        handler = BatchesHandler(
            engine: engine, accounts: accounts, limits: configuration.limits, clock: .system,
            dashboard: configuration.hasDashboard ? DashboardLimits() : nil,
            workers: { [pool] in
                pool.counts.map { version, counts in
                    ServiceWorkers(
                        service: catalogue.find(.version(version))?.uri ?? version, counts: counts)
                }.sorted { $0.service < $1.service }
            })
        var options = HTTPServerOptions()
        options.host = configuration.listen.host
        options.port = configuration.listen.port
        options.tls = configuration.tls
        options.maximumConnections = configuration.connections
        options.maximumBodyBytes = configuration.bodyBytes
        options.bodyBudget = configuration.bodyBytes * 2
        options.refusals = .api
        options.onAccess = onAccess
        http = BeastServer(options)
    }

    /// The services that are there now.
    public var services: [Service] { folder?.services ?? [] }

    /// What is wrong in the folder of services.
    public var serviceProblems: [CartloadError] { folder?.problems ?? [] }

    /// Loads what is stored, and listens; clients are answered once ``serve()`` runs.
    public func start() throws -> HTTPServerAddress {
        try engine.start()
        return try http.start()
    }

    /// Answers requests until ``drain()``, and then ends everything in good order.
    public func serve() async throws {
        defer { engine.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.keepTime() }
            defer { group.cancelAll() }
            try await self.http.serve(self.handler)
        }
    }

    /// Accepts no more, answers the requests in flight, and lets ``serve()`` return.
    public func drain() async {
        engine.stopWaiting()
        await http.drain(within: configuration.grace)
    }

    /// Reads the folder of services and the certificate again.
    public func reload() throws {
        reloadServices()
        try http.reloadCertificate()
    }

    private func reloadServices() {
        guard let folder else { return }
        let before = Set(folder.problems.map(\.description))
        _ = folder.reload()
        for problem in folder.problems where !before.contains(problem.description) { onProblem(problem) }
    }

    private func keepTime() async {
        var ticks = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: BatchesServer.tickTime)
            engine.tick()
            ticks += 1
            if ticks % Int(BatchesServer.reloadTime / BatchesServer.tickTime) == 0 {
                reloadServices()
                pool.stopIdle()
            }
        }
    }
}

/// Services that were given, and those of a folder.
struct ServiceSelection: ServiceCatalogue {
    let own: [Service]
    let folder: ServiceFolder?

    func find(_ locator: ServiceLocator) -> Service? { own.find(locator) ?? folder?.find(locator) }
}
