// SPDX-License-Identifier: Apache-2.0

internal import CartloadClient
internal import CartloadCore

extension CartloadError.Code {
    /// The client is not told which server, or not usably.
    static let batchesSettings = CartloadError.Code("batches.settings")
    /// The server does not know who asks, or does not let them.
    static let batchesUnauthorized = CartloadError.Code("batches.unauthorized")
    /// There is no such pipeline or service.
    static let batchesNotFound = CartloadError.Code("batches.not-found")
    /// The server refuses a request as it is.
    static let batchesRefused = CartloadError.Code("batches.refused")
    /// The server has too much to do.
    static let batchesBusy = CartloadError.Code("batches.busy")
    /// There is no server, or none that works.
    static let batchesUnavailable = CartloadError.Code("batches.unavailable")
    /// An answer is not what the API says.
    static let badBatchesAnswer = CartloadError.Code("batches.bad-answer")
    /// Somebody cancelled the pipeline of a run.
    static let batchesCancelled = CartloadError.Code("batches.cancelled")
    /// The input is not the one that an earlier run has begun with.
    static let inputChanged = CartloadError.Code("batches.input-changed")
    /// There is an unfinished run into the same output that was another one.
    static let anotherRun = CartloadError.Code("batches.another-run")
    /// The state of an earlier run cannot be used.
    static let batchesState = CartloadError.Code("batches.state")
    /// A result is of a chunk that was not pushed.
    static let unknownResult = CartloadError.Code("batches.unknown-result")
    /// Results do not come although everything was run.
    static let lostResults = CartloadError.Code("batches.lost-results")
    /// What is to be pushed is no records.
    static let noRecords = CartloadError.Code("batches.no-records")
}

extension BatchesError {
    /// Whether a pipeline is gone, or takes no more chunks.
    var isGone: Bool {
        kind == .notFound && code != "SERVICE_NOT_FOUND" || code == "BATCH_CLOSED" || code == "BATCH_ENDED"
            || kind == .notOpen
    }
}

/// Makes what the client of the API says an error of this program.
struct BatchesFailure {
    let error: BatchesError

    var cartloadError: CartloadError {
        let (code, advice): (CartloadError.Code, String?) =
            switch error.kind {
            case .configuration: (.batchesSettings, nil)
            case .unauthorized, .forbidden:
                (
                    .batchesUnauthorized,
                    "Give a valid --token, --api-key or client, or set CARTLOAD_TOKEN, and the tenant that it belongs to."
                )
            case .notFound where error.code == "SERVICE_NOT_FOUND":
                (.batchesNotFound, "The server names its services when it starts, and what is wrong with their files.")
            case .notFound:
                (.batchesNotFound, "`cartload batches describe` lists the pipelines that the server knows.")
            case .rateLimited: (.batchesBusy, "Try again later, or close pipelines that nobody needs.")
            case .noAnswer, .timedOut, .unavailable, .serverFailed:
                (.batchesUnavailable, "Check --url, and that the server runs; `cartload serve` starts one.")
            case .badAnswer, .unexpectedStatus:
                (.badBatchesAnswer, "Check that --url leads to a server of the Batches API.")
            case .unprocessable where error.code == "PUSH_TOO_LARGE":
                (.batchesRefused, "Make the chunks smaller, with --chunk, or the server's input buffer larger.")
            case .badRequest, .conflict, .unsupportedMediaType, .unprocessable, .notOpen, .duplicateChunk:
                (.batchesRefused, nil)
            }
        return CartloadError(code, error.description, advice: advice)
    }

    /// Runs a body, whose errors are made this program's.
    static func translating<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as BatchesError {
            throw BatchesFailure(error: error).cartloadError
        }
    }
}
