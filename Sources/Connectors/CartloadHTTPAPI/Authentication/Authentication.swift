// SPDX-License-Identifier: Apache-2.0

/// Who asks: what is added to every request to the API's own host.
public enum Authentication: Sendable, Hashable {
    case none
    /// `Authorization: Bearer …`
    case bearer(Template)
    /// A header with a key.
    case header(String, Template)
    /// A parameter of the URL with a key.
    case param(String, Template)
    case basic(user: Template, password: Template)
    case oauth(OAuthGrant)
}

/// How an access token is got from an authorization server (RFC 6749).
public struct OAuthGrant: Sendable, Hashable {
    /// How the client says who it is.
    public enum ClientPlace: String, Sendable, Hashable, CaseIterable {
        case body, header
    }

    public var tokenURL: Template
    public var clientID: Template
    public var clientSecret: Template?
    /// With one the grant is `refresh_token`, otherwise `client_credentials`.
    public var refreshToken: Template?
    /// The file that keeps a refresh token which the server gave in place of ``refreshToken``.
    public var tokenFile: Template?
    public var scopes: Template?
    public var clientPlace: ClientPlace
    /// More parameters, such as `audience`.
    public var params: [APIRequest.Field]
    /// How long before its end a token is renewed.
    public var renewal: Duration

    public init(
        tokenURL: Template, clientID: Template, clientSecret: Template? = nil, refreshToken: Template? = nil,
        tokenFile: Template? = nil, scopes: Template? = nil, clientPlace: ClientPlace = .body,
        params: [APIRequest.Field] = [],
        renewal: Duration = .seconds(60)
    ) {
        self.tokenURL = tokenURL
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.refreshToken = refreshToken
        self.tokenFile = tokenFile
        self.scopes = scopes
        self.clientPlace = clientPlace
        self.params = params
        self.renewal = renewal
    }
}
