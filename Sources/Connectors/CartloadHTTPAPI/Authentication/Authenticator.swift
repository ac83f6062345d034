// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadStorage

/// Adds credentials to requests.
struct Authenticator: Sendable {
    private let authentication: Authentication
    private let scope: TemplateScope
    private let tokens: OAuthTokens?
    private let redactor: Redactor

    init(_ authentication: Authentication, _ scope: TemplateScope, _ tokens: OAuthTokens?, _ redactor: Redactor) {
        self.authentication = authentication
        self.scope = scope
        self.tokens = tokens
        self.redactor = redactor
    }

    /// The request with credentials, and the token that it used, if it can be renewed.
    func sign(_ draft: RequestDraft) async throws -> (draft: RequestDraft, token: String?) {
        var draft = draft
        switch authentication {
        case .none: break
        case .bearer(let template): draft.set(header: "Authorization", "Bearer \(try secret(template))")
        case .header(let name, let template): draft.set(header: name, try secret(template))
        case .param(let name, let template): draft.set(param: name, try secret(template))
        case .basic(let user, let password):
            let name = try user.text(in: scope) ?? ""
            draft.set(header: "Authorization", RequestDraft.basic(name, try secret(password)))
        case .oauth:
            guard let tokens else { break }
            let token = try await tokens.current()
            draft.set(header: "Authorization", "Bearer \(token)")
            return (draft, token)
        }
        return (draft, nil)
    }

    /// Says that the API has refused a token; the next request gets a new one.
    func refused(_ token: String) async { await tokens?.forget(token) }

    private func secret(_ template: Template) throws -> String {
        let text = try template.text(in: scope) ?? ""
        redactor.add(text)
        return text
    }
}

extension RequestDraft {
    /// The value of an `Authorization` header with a name and a password.
    static func basic(_ user: String, _ password: String) -> String { "Basic \(Bytes("\(user):\(password)").base64)" }
}
