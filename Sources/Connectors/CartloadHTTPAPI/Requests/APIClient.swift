// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadStorage

/// Sends requests of an API until they are answered: with credentials, as fast as allowed, again where that may help.
struct APIClient: Sendable {
    let http: HTTPClient
    /// The API's own origin; only it gets the credentials (I8).
    let origin: HTTPOrigin
    let authenticator: Authenticator
    let gate: RequestGate
    let retry: RetryPolicy
    let clock: APIClock
    let redactor: Redactor

    /// Sends a request and gives the answer that was taken in the end.
    ///
    /// - Throws: `CartloadError` with a code that begins with `api.` or `http.`, in which no secret appears;
    ///   `CancellationError`.
    func answer(to draft: RequestDraft, _ reading: AnswerReading) async throws -> Answer {
        do {
            return try await persistently(draft, reading)
        } catch let error as CartloadError {
            throw error.redacted(by: redactor)
        }
    }

    private func persistently(_ draft: RequestDraft, _ reading: AnswerReading) async throws -> Answer {
        var budget = RetryBudget(retry)
        var hasRenewed = false
        while true {
            try Task.checkCancellation()
            let outcome: AnswerReading.Outcome
            var asked: Duration?
            let own = try draft.request().url.origin == origin
            let signed = own ? try await authenticator.sign(draft) : (draft: draft, token: nil)
            let (result, took) = try await send(try signed.draft.request())
            switch result {
            case .failure(let error): outcome = .fault(error)
            case .success(let response):
                if response.status == 401, let token = signed.token, !hasRenewed {
                    hasRenewed = true
                    await authenticator.refused(token)
                    continue
                }
                asked = response.head.retryAfter(clock.instant())
                outcome = try reading.read(response, url: try draft.request().requestedURL)
            }
            switch outcome {
            case .taken(let answer): return answer
            case .failed(let error): throw error
            case .fault(let error):
                guard let wait = budget.wait(after: asked, took: took, random: clock.random()) else {
                    throw APIClient.givenUp(error, "after \(budget.tries) tries", retry)
                }
                try await clock.sleep(wait)
            case .limited(let error):
                guard let wait = budget.waitLimited(after: asked, random: clock.random()) else {
                    throw APIClient.givenUp(error, "and kept saying so", retry)
                }
                // What one request is told holds for all.
                if let asked { gate.close(for: asked) }
                try await clock.sleep(wait)
            }
        }
    }

    /// Sends once; faults that may pass are results.
    private func send(
        _ request: HTTPRequest
    ) async throws -> (result: Result<HTTPResponse, CartloadError>, took: Duration) {
        try await gate.run {
            let start = clock.now()
            do {
                let response = try await http.send(request)
                gate.heed(response.head)
                return (.success(response), clock.now() - start)
            } catch let error as CartloadError where error.isRetryableRequest || error.code == .requestFailed {
                return (.failure(error), clock.now() - start)
            }
        }
    }

    private static func givenUp(_ error: CartloadError, _ when: String, _ retry: RetryPolicy) -> CartloadError {
        var error = error
        error.message += ", \(when)"
        error.advice = error.advice ?? "Try again later; what was read is kept."
        return error
    }
}

extension CartloadError {
    /// The error without secrets (I8).
    func redacted(by redactor: Redactor) -> CartloadError {
        var error = self
        error.message = redactor.redact(message)
        error.advice = advice.map(redactor.redact)
        error.cause = cause.map(redactor.redact)
        error.location.source = location.source.map(redactor.redact)
        return error
    }
}

extension HTTPRequest {
    /// The whole URL, for resolving others against it; never shown.
    fileprivate var requestedURL: String { url.requested }
}
