// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// Says what an answer means: its JSON is checked and searched once, for the rules and for what comes after.
struct AnswerReading: Sendable {
    let rules: [AnswerRule]
    let form: RecordForm
    /// Paths whose values are wanted.
    let paths: [[String]]

    enum Outcome {
        case taken(Answer)
        /// To be tried again.
        case fault(CartloadError)
        case limited(CartloadError)
        case failed(CartloadError)
    }

    /// The paths that rules look at, each once.
    private var rulePaths: [[String]] {
        rules.compactMap(\.path).reduce(into: []) { paths, path in if !paths.contains(path) { paths.append(path) } }
    }

    func read(_ response: HTTPResponse, url: String) throws -> Outcome {
        var answer = Answer(kind: .page, response: response, url: url)
        let rulePaths = rulePaths
        let place = Location(source: response.head.url.description, record: 1)
        var problem: CartloadError?
        if response.status != 204, form.isJSON || !response.head.isSuccess {
            var listed: [String]?
            if case .json(let path, _) = form { listed = path }
            do {
                answer.document = try JSONDocument(
                    scanning: response.body, finding: rulePaths + paths, listing: listed, origin: place,
                    &answer.diagnostics)
            } catch let error as CartloadError {
                problem = error
            }
        }
        var ruleValues: [JSONValue?] = rulePaths.map { _ in JSONValue?.none }
        if let document = answer.document {
            ruleValues = try rulePaths.indices.map { try document.value($0) }
            answer.values = try paths.indices.map { try document.value(rulePaths.count + $0) }
        } else {
            answer.values = paths.map { _ in JSONValue?.none }
        }
        let rule = rules.first { rule in
            let value = rule.path.flatMap { path in rulePaths.firstIndex(of: path).flatMap { ruleValues[$0] } }
            return rule.fits(status: response.status, value: value, body: response.body)
        }
        let said = rule?.path.flatMap { path in rulePaths.firstIndex(of: path).flatMap { ruleValues[$0] } }
        return outcome(answer, rule?.meaning ?? AnswerRule.usual(response.status), rule, said, problem, place)
    }

    private func outcome(
        _ answer: Answer, _ meaning: AnswerRule.Meaning, _ rule: AnswerRule?, _ said: JSONValue?,
        _ problem: CartloadError?, _ place: Location
    ) -> Outcome {
        var answer = answer
        func error(_ code: CartloadError.Code, _ advice: String) -> CartloadError {
            var text = rule?.message ?? "the API answered with status \(answer.response.status)"
            if let said, !said.isNull {
                text += ": \((said.stringValue ?? said.description).prefix(200))"
            } else if rule?.message == nil, !answer.response.body.isEmpty {
                text += ": \(answer.response.body.beginning)"
            }
            return CartloadError(code, text, at: Location(source: place.source), advice: advice)
        }
        switch meaning {
        case .success: break
        case .ignore:
            answer.kind = .nothing
            return .taken(answer)
        case .resetPages:
            answer.kind = .reset
            return .taken(answer)
        case .retry: return .fault(error(.apiUnavailable, "Try again later."))
        case .rateLimited: return .limited(error(.apiUnavailable, "Ask more slowly: `rate_limit` sets how fast."))
        case .credentials:
            return .failed(error(.apiCredentials, "Check the credentials, and what they may do."))
        case .fail:
            return .failed(error(.apiRefused, "Check the request; an `errors` rule can say what the answer means."))
        }
        guard answer.response.status != 204, case .json(let path, let isOptional) = form else { return .taken(answer) }
        // A body that is not JSON is never an empty page: records would be lost without a word.
        guard let document = answer.document else {
            return .fault(
                CartloadError(
                    .apiBody,
                    "the answer is not JSON, but begins \"\(answer.response.body.beginning)\" (\(problem?.message ?? "empty"))",
                    at: Location(source: place.source, byte: problem?.location.byte),
                    advice: "Check the URL; such pages often come from a proxy or a login."))
        }
        if document.rows == nil, !isOptional {
            return .fault(
                CartloadError(
                    .apiBody,
                    "the answer has no array of records at \"\(path.joined(separator: "."))\", but begins \"\(answer.response.body.beginning)\"",
                    at: Location(source: place.source),
                    advice: "Check `records`; `optional: true` takes such answers as pages without records."))
        }
        return .taken(answer)
    }
}
