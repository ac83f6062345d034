// SPDX-License-Identifier: Apache-2.0

public import CartloadAPI
internal import CartloadCore

/// The operations on pipelines of a tenant.
public struct Batches: Sendable {
    private let exchange: Exchange

    init(_ exchange: Exchange) { self.exchange = exchange }

    /// The caller's pipelines that are in progress or ended within the last hour, and what the tenant uses.
    ///
    /// - Throws: ``BatchesError``; `CancellationError`; so does every operation.
    public func describe() async throws -> PipelineList {
        let value = try await exchange.send("GET", "batch/status").json()
        guard let list = PipelineList(value) else {
            throw BatchesError(.badAnswer, "the answer is no list of batches")
        }
        return list
    }

    /// Opens a pipeline.
    public func create(_ service: ServiceReference, _ options: CreateOptions = CreateOptions()) async throws
        -> PipelineInfo
    {
        guard service.wireService != nil || service.versionID != nil else {
            throw BatchesError(.configuration, "the reference names no service")
        }
        let body = Bytes(try options.request(service).json.description)
        return try PipelineInfo(answer: try await exchange.send("POST", "batch", body: body))
    }

    /// A handle on a pipeline; no request is made.
    public func of(_ id: String) -> Pipeline { Pipeline(id, exchange) }
}

extension Bytes {
    /// An answer as a value.
    func json() throws -> JSONValue {
        do {
            return try JSONValue(parsing: self)
        } catch {
            throw BatchesError(.badAnswer, "the answer is not JSON")
        }
    }
}

extension PipelineInfo {
    init(answer: Bytes) throws {
        guard let info = PipelineInfo(try answer.json()) else {
            throw BatchesError(.badAnswer, "the answer describes no batch")
        }
        self = info
    }
}
