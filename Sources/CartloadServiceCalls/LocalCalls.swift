// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import CartloadServices

/// A service whose workers this process keeps.
struct LocalCalls: ServiceCalling {
    private let caller: ServiceCaller

    /// - Parameter folder: The folder of services; nil for the demo services.
    init(_ service: String, folder: String?, outputs: [String], parameters: JSONObject, workers: Int) throws {
        let catalogue: any ServiceCatalogue =
            if let folder { try ServiceFolder(folder) } else { MemoryServiceCatalogue(DemoServices.all) }
        guard let found = catalogue.find(.service(service, at: nil)) else {
            if let problem = (catalogue as? ServiceFolder)?.problems.first { throw problem }
            throw CartloadError(
                .serviceUnknown, "there is no service \"\(service)\" in \(folder ?? "the demo services")",
                advice: "Name a folder of services with services, or a server with url.")
        }
        let pool = WorkerPool(options: WorkerPool.Options(maximumWorkers: workers))
        caller = try ServiceCaller(
            found, outputs: outputs, parameters: parameters, supply: PooledWorkers(pool))
    }

    func call(_ records: Rows) throws -> CalledRecords { try caller.call(records) }
}
