// SPDX-License-Identifier: Apache-2.0

import CartloadConfiguration
import CartloadCore
import CartloadHTTPAPI
import Foundation
import Testing

@Suite struct DefinitionTests {
    private func parse(_ text: String) throws -> HTTPAPIDefinition {
        let document = try ConfigurationDocument(parsing: text, source: "api.yaml")
        return try HTTPAPIDefinition(document.value, positions: document.positions)
    }

    private static let head = "name: a\nbase_url: http://h\nstreams:\n  items:\n    path: items\n"

    @Test(arguments: [
        ("    pathh: x\n", CartloadError.Code.unknownField), ("    pages: {by: magic}\n", .wrongType),
        ("    pages: {by: token}\n", .apiDefinition), ("    pages: {by: number}\n", .apiDefinition),
        ("    pages: {by: number, param: p, header: h}\n", .apiDefinition),
        ("    pages: {by: number, param: p, ends_when_short: true}\n", .apiDefinition),
        ("    pages: {by: number, param: p, limit: 0}\n", .apiDefinition),
        ("    params: {a: \"{{ nothing.x }}\"}\n", .template), ("    add: {a: \"{{ config.x\"}\n", .template),
        ("    parents: {stream: itms, fields: [id]}\n", .apiDefinition),
        ("    parents: {stream: items}\n", .missingField),
        ("    windows: {start: 2024-01-01, step: fortnight}\n", .batchSettings),
        ("    windows: {start: 2024-01-01, step: hour, zone: Mars/Base}\n", .timeZone),
        ("    windows: {start: 2024-01-01, step: hour, lag: 5x}\n", .wrongType),
        ("    ranges: {from: 1, to: 2, step: 0}\n", .apiDefinition),
        ("    ranges: {from: 1, to: 2, step: 1}\n    windows: {start: 2024-01-01, step: hour}\n", .apiDefinition),
        ("    errors: [{then: explode}]\n", .wrongType), ("    errors: [{then: fail}]\n", .apiDefinition),
        ("    errors: [{status: 99, then: fail}]\n", .apiDefinition),
        ("    errors: [{is: 1, status: 200, then: fail}]\n", .apiDefinition),
        ("    body: {json: {}, text: x}\n", .apiDefinition), ("    schema: {type: 7}\n", .invalidSchema),
        ("    concurrency: 1000\n", .apiDefinition), ("    refresh: soon\n", .wrongType),
        ("    records: [a]\n", .apiDefinition), ("    cursor: {param: since}\n", .missingField),
        ("    cursor: {field: a}\n    refresh: 1h\n", .apiDefinition),
        ("    concurrency: 2\n    cursor: {field: a}\n", .apiDefinition),
        ("    cursor: {field: a, equal: maybe}\n", .wrongType),
    ])
    func whatCannotBeIsRefusedAtItsLine(lines: String, code: CartloadError.Code) throws {
        let error = #expect(throws: CartloadError.self) { try parse(Self.head + lines) }
        #expect(error?.code == code, "\(String(describing: error))")
        #expect(error?.location.source == "api.yaml")
        #expect([6, 7].contains(error?.location.line), "\(String(describing: error))")
    }

    @Test(arguments: [
        ("authentication: {bearer: a, basic: {user: b}}", CartloadError.Code.apiDefinition),
        ("authentication: {api_key: {value: a}}", .apiDefinition), ("rate_limit: {requests: 0}", .apiDefinition),
        ("retry: {tries: 0}", .apiDefinition), ("limits: {body_bytes: 0}", .apiDefinition),
        ("settings: {a: {type: color}}", .wrongType), ("streams: {}", .apiDefinition),
    ])
    func theTopIsCheckedToo(line: String, code: CartloadError.Code) throws {
        let rest = line.hasPrefix("streams") ? "" : "streams: {items: {path: x}}\n"
        let error = #expect(throws: CartloadError.self) { try parse("name: a\nbase_url: http://h\n\(line)\n\(rest)") }
        #expect(error?.code == code && error?.location.line == 3, "\(String(describing: error))")
    }

    @Test func theConfigurationIsWhatTheDefinitionAsksFor() throws {
        let definition = try parse(
            "name: a\nbase_url: http://h\nsettings: {token: {required: true, secret: true}, n: {type: integer, default: 5}}\n"
                + "streams: {items: {path: x}}\n")
        #expect(try HTTPAPISource(definition, config: object(["token": "t"])).config["n"] == 5)
        for (config, code) in [
            (object([:]), CartloadError.Code.missingField), (object(["token": "t", "m": 1]), .unknownField),
            (object(["token": "t", "n": "x"]), .wrongType),
        ] {
            let error = #expect(throws: CartloadError.self) { try HTTPAPISource(definition, config: config) }
            #expect(error?.code == code)
        }
    }

    @Test(arguments: [
        ("90", Duration.seconds(90)), ("1.5", .milliseconds(1500)), ("500ms", .milliseconds(500)),
        ("10m", .seconds(600)),
        ("6 h", .seconds(21_600)), ("1d", .seconds(86_400)),
    ])
    func timesAreNumbersWithUnits(text: String, duration: Duration) throws {
        let definition = try parse("\(Self.head)    refresh: \(text)\n")
        #expect(definition.streams[0].refresh == duration)
    }

    @Test func streamsMayNotBeEachOthersParents() async throws {
        let definition = try parse(
            """
            name: a
            base_url: http://h
            streams:
              a: {path: a, parents: {stream: b, fields: [id]}}
              b: {path: b, parents: {stream: a, fields: [id]}}
            """)
        let error = await failure { try await HTTPAPISource(definition).streams() }
        #expect(error?.code == .apiDefinition)
    }

    @Test func theExampleIsADefinition() async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Examples/slack/slack.yaml")
        let definition = try HTTPAPIDefinition(file: file.path())
        #expect(definition.streams.map(\.name) == ["channels", "messages"])
        #expect(definition.settings.first { $0.name == "token" }?.isSecret == true)
        let source = try HTTPAPISource(definition, config: object(["token": "xoxb-1"]))
        let messages = try await source.stream("messages")
        #expect(messages.description.keys == ["channel", "ts"])
    }

    @Test func theConnectorTakesADefinitionInline() async throws {
        let values = object([
            "definition": ["name": "a", "base_url": "http://h", "streams": ["items": ["path": "{{ config.p }}"]]],
            "config": ["p": "x"], "secrets": ["token": "t"],
        ])
        let source = try HTTPAPISource(Configuration(values, settings: HTTPAPISource.settings))
        #expect(source.config["p"] == "x" && source.config["token"] == "t")
        let endpoint = Connector.http.endpoint
        #expect(endpoint?("api:a.yaml")?["definition"] == "a.yaml")
        #expect(endpoint?("a.yaml") == nil && endpoint?("api:") == nil)
    }
}
