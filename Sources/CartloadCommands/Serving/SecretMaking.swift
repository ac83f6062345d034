// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadServer

/// Makes a secret, and the hash that stands for it in a server's configuration.
struct SecretMaking {
    let kind: String
    let isJSON: Bool

    func run(_ context: CommandContext) throws -> ExitStatus {
        let letters = ["token": "clt", "api-key": "clk", "client": "cls"]
        guard let prefix = letters[kind] else {
            throw CartloadError(.invalidValue, "--kind must be token, api-key or client")
        }
        let secret = Secret.make(prefix)
        let hash = Secret(of: secret).description
        if isJSON {
            try context.console.print(.object(JSONObject([("secret", .string(secret)), ("hash", .string(hash))])))
            return .done
        }
        let place = [
            "token": "tokens: [\(hash)]", "api-key": "api_keys: [\(hash)]", "client": "clients: {my-client: \(hash)}",
        ]
        try context.console.print(
            """
            secret: \(secret)
            in the configuration: \(place[kind] ?? hash)

            """)
        return .done
    }
}
