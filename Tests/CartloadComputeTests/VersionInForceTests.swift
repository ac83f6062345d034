// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import Testing

/// Which version of a service a pipeline is created with.
@Suite struct VersionInForceTests {
    private static let future = Instant(seconds: 32_503_680_000)

    private static func service(_ name: String, _ version: String, since: Instant = .earliest) -> Service {
        Service(
            serviceID: name, versionID: "\(name)-\(version)", folder: "f", name: name, version: version,
            activeSince: since, runner: ClosureRunner { $0 })
    }

    private func created(_ locator: ServiceLocator) async throws -> String {
        let services = [
            Self.service("old", "1.0"), Self.service("old", "1.1"), Self.service("old", "2.0", since: Self.future),
            Self.service("new", "1.0", since: Self.future),
        ]
        let engine = ComputeEngine(
            store: MemoryPipelineStore(), catalogue: MemoryServiceCatalogue(services),
            supply: PooledWorkers(WorkerPool()), options: ComputeOptions(workers: 1))
        try engine.start()
        defer { engine.stop() }
        let caller = Caller(tenant: "t", user: "u")
        return try await engine.create(PipelineRequest(service: locator), by: caller).definition.versionID
    }

    @Test(arguments: [
        (ServiceLocator.service("f/old", at: nil), "old-1.1"), (.service("old", at: nil), "old-1.1"),
        (.service("f/old[2.0]", at: nil), "old-2.0"), (.version("old-2.0"), "old-2.0"),
        (.service("f/old", at: future), "old-2.0"), (.service("f/new", at: future), "new-1.0"),
    ]) func theVersionIsTheOneInForceUnlessItIsNamed(locator: ServiceLocator, version: String) async throws {
        #expect(try await created(locator) == version)
    }

    @Test func aServiceThatIsNotInForceYetIsUnknown() async throws {
        await #expect(throws: PipelineRefusal.unknownService("f/new")) {
            try await created(.service("f/new", at: nil))
        }
    }
}
