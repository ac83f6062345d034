// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCompute
internal import CartloadCore

extension APIFault {
    /// How an error is answered; section 6 of the wire facts says which status the vendor's clients know.
    init(_ error: any Error) {
        switch error {
        case let fault as APIFault: self = fault
        case let refusal as PipelineRefusal: self.init(refusal)
        case let error as CartloadError: self.init(error)
        case is CancellationError: self.init(503, "unavailable", "CANCELLED", "the request was given up")
        default: self.init(500, "internal_error", "INTERNAL_ERROR", "the server failed; its log says more")
        }
    }

    private init(_ refusal: PipelineRefusal) {
        switch refusal {
        case .unknownPipeline:
            self.init(404, "not_found", "BATCH_NOT_FOUND", "batch could not be found")
        case .unknownService(let name):
            self.init(404, "invalid_input", "SERVICE_NOT_FOUND", "service could not be found: \(name)")
        case .notOpen(let state):
            self.init(409, "conflict", "BATCH_CLOSED", "the batch is \(state.rawValue) and takes no chunks")
        case .notChangeable(let state):
            self.init(409, "conflict", "BATCH_ENDED", "the batch is \(state.rawValue) and cannot be changed")
        case .cancelled:
            self.init(409, "conflict", "BATCH_CANCELLED", "the batch is cancelled and has no results")
        case .duplicateChunk(let id):
            self.init(
                409, "conflict", "DUPLICATE_CHUNK",
                "there is a chunk \"\(id)\" with other data already; nothing was taken")
        case .tooLarge(let bytes, let limit):
            self.init(
                422, "invalid_input", "PUSH_TOO_LARGE",
                "the push has \(bytes) bytes and the whole input buffer \(limit); push fewer chunks at once")
        case .inputFull(let tryAfter):
            self.init(
                429, "rate_limit", "INPUT_BUFFER_FULL", "the input buffer is full; pull results, and push again later",
                retryAfter: tryAfter)
        case .tooManyChunks(let limit):
            self.init(422, "invalid_input", "TOO_MANY_CHUNKS", "a batch may have \(limit) chunks; create another one")
        case .tooManyPipelines(let limit):
            self.init(
                429, "rate_limit", "TOO_MANY_BATCHES", "the tenant may have \(limit) batches; close some",
                retryAfter: .seconds(30))
        case .unknownLease:
            self.init(
                409, "conflict", "LEASE_EXPIRED",
                "the lease is over or unknown; what was not acknowledged is handed out again")
        case .chunkLent(let id):
            self.init(
                409, "conflict", "CHUNK_LENT",
                "chunk \"\(id)\" is lent under a lease that was not named; nothing was acknowledged")
        case .storeFailed:
            self.init(
                503, "unavailable", "STORE_FAILED", "the server cannot keep it now; nothing was changed",
                retryAfter: .seconds(5))
        case .stopping:
            self.init(503, "unavailable", "STOPPING", "the server is about to end", retryAfter: .seconds(5))
        }
    }

    private init(_ error: CartloadError) {
        let place = error.location.description
        let text = (place.isEmpty ? "" : "\(place): ") + error.message + (error.advice.map { "; \($0)" } ?? "")
        switch error.code {
        case .invalidJSON, .truncatedJSON, .blockTooLarge: self.init(400, "invalid_input", "INVALID_JSON", text)
        case .invalidChunk, .wrongRecords, .tooManyFields: self.init(400, "invalid_input", "INVALID_CHUNK", text)
        case .unknownOutput: self.init(400, "invalid_input", "UNKNOWN_OUTPUT", text)
        default: self.init(500, "internal_error", "INTERNAL_ERROR", "the server failed; its log says more")
        }
    }
}
