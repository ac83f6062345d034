// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Authentication {
    init(_ top: Configuration) throws {
        self = .none
        guard let part = try top.part("authentication", HTTPAPIDefinition.authenticationSettings) else { return }
        let kinds = ["bearer", "api_key", "basic", "oauth"].filter { part[$0] != nil }
        guard kinds.count == 1 else {
            throw top.wrong("authentication", "must be one of bearer, api_key, basic and oauth")
        }
        if let token = try part.template("bearer") {
            self = .bearer(token)
        } else if let key = try part.part("api_key") {
            try key.exclude("header", "param")
            let value = try key.requiredTemplate("value")
            if let name = key.string("header") {
                self = .header(name, value)
            } else if let name = key.string("param") {
                self = .param(name, value)
            } else {
                throw part.wrong("api_key", "needs a header or a param")
            }
        } else if let basic = try part.part("basic") {
            self = .basic(user: try basic.requiredTemplate("user"), password: try basic.template("password") ?? "")
        } else if let oauth = try part.part("oauth", HTTPAPIDefinition.oauthSettings) {
            var grant = OAuthGrant(
                tokenURL: try oauth.requiredTemplate("token_url"), clientID: try oauth.requiredTemplate("client_id"),
                clientSecret: try oauth.template("client_secret"), refreshToken: try oauth.template("refresh_token"),
                tokenFile: try oauth.template("token_file"), scopes: try oauth.template("scopes"),
                params: try oauth.fields("params"))
            grant.clientPlace = oauth.string("client_in").flatMap(OAuthGrant.ClientPlace.init) ?? grant.clientPlace
            grant.renewal = try oauth.duration("renew_before") ?? grant.renewal
            self = .oauth(grant)
        }
    }
}
