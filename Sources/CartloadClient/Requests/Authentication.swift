// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// How requests prove whose they are.
public enum Authentication: Sendable, Hashable, CustomStringConvertible {
    case none
    /// A bearer token; a leading "Bearer" is left out.
    case token(String)
    /// Sent as `x-synthetic-key`.
    case apiKey(String)
    /// OAuth2 client credentials: the client gets itself a token, and another when that is over.
    case client(id: String, secret: String)

    /// As the environment says, with the precedence of the vendor's clients: client, API key, token.
    public init(environment: [String: String]) throws {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let id = value("CSPARK_CLIENT_ID"), let secret = value("CSPARK_CLIENT_SECRET") {
            self = .client(id: id, secret: secret)
        } else if let path = value("CSPARK_OAUTH_PATH") {
            self = try Authentication(file: path)
        } else if let key = value("CSPARK_API_KEY") {
            self = .apiKey(key)
        } else if let token = value("CSPARK_BEARER_TOKEN") {
            self = .token(token)
        } else {
            self = .none
        }
    }

    /// Reads a file with `client_id` and `client_secret`, JSON.
    private init(file path: String) throws {
        guard let reader = try? SmallFile.read(path), let value = try? JSONValue(parsing: reader),
            let id = value["client_id"]?.stringValue, let secret = value["client_secret"]?.stringValue
        else {
            throw BatchesError(.configuration, "\(path) is no JSON file with client_id and client_secret")
        }
        self = .client(id: id, secret: secret)
    }

    /// Never the secret.
    public var description: String {
        switch self {
        case .none: "none"
        case .token: "token"
        case .apiKey: "API key"
        case .client(let id, _): "client \(id)"
        }
    }
}
