// SPDX-License-Identifier: Apache-2.0

import CartloadConfiguration
import CartloadCore
import CartloadHTTPAPI
import CartloadStorage
import CartloadTesting

/// A source over a definition's text, in which URL is the server's.
func source(
    _ yaml: String, _ server: APITestServer, config: JSONObject = JSONObject(), time: TestTime = TestTime(),
    refreshTokenReplaced: ReplacedSecret? = nil
) throws -> HTTPAPISource {
    let text = yaml.replacing("URL", with: server.url)
    let document = try ConfigurationDocument(parsing: text, source: "api.yaml")
    var options = HTTPOptions()
    options.proxy = .none
    return try HTTPAPISource(
        HTTPAPIDefinition(document.value, positions: document.positions), config: config, clock: time.clock,
        options: options, refreshTokenReplaced: refreshTokenReplaced)
}

/// A definition with one stream, whose lines are these.
func definition(_ stream: String, top: String = "") -> String {
    let lines = stream.split(separator: "\n").map { "    \($0)\n" }.joined()
    return "name: test\nbase_url: URL/v1\n\(top)\nstreams:\n  items:\n\(lines)"
}

extension HTTPAPISource {
    func stream(_ name: String) async throws -> any CartloadCore.Stream {
        for stream in try await streams() where stream.description.name == name { return stream }
        throw CartloadError(.apiDefinition, "there is no stream \(name)")
    }

    /// All records of a stream, as JSON texts.
    func records(_ name: String = "items", since checkpoint: Checkpoint? = nil) async throws -> [String] {
        try await StreamReading(stream(name), since: checkpoint).records().map { JSONValue.object($0).description }
    }
}

/// The object that a literal means.
func object(_ value: JSONValue) -> JSONObject { value.objectValue ?? JSONObject() }

/// The error that a body throws, if it is one of ours.
func failure<Result>(_ body: () async throws -> Result) async -> CartloadError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? CartloadError
    }
}
