// SPDX-License-Identifier: Apache-2.0

import CartloadAirbyte
import CartloadCore
import Testing

/// Lines as airbyte-cdk 7.39.1 writes them, byte for byte.
@Suite struct AirbyteMessageTests {
    private let messages = StreamDescriptor("messages")

    @Test func messagesAreThoseOfTheDevelopmentKit() throws {
        let time: Int64 = 1_795_170_511_111_696
        let lines: [(JSONValue, String)] = [
            (
                AirbyteMessage.log(.info, "Check succeeded"),
                #"{"type":"LOG","log":{"level":"INFO","message":"Check succeeded"}}"#
            ),
            (
                AirbyteMessage.connectionStatus(failure: nil),
                #"{"type":"CONNECTION_STATUS","connectionStatus":{"status":"SUCCEEDED"}}"#
            ),
            (
                AirbyteMessage.connectionStatus(failure: "Config validation error: 'records' is a required property"),
                #"{"type":"CONNECTION_STATUS","connectionStatus":{"status":"FAILED","message":"Config validation error: 'records' is a required property"}}"#
            ),
            (
                AirbyteMessage.streamStatus(messages, .started, at: time),
                #"{"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":1795170511111.696,"stream_status":{"stream_descriptor":{"name":"messages"},"status":"STARTED"}}}"#
            ),
            (
                AirbyteMessage.state(messages, JSONObject([("ts", "2024-01-01T01:00:00.000Z")]), recordCount: 15),
                #"{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"messages"},"stream_state":{"ts":"2024-01-01T01:00:00.000Z"}},"sourceStats":{"recordCount":15.0}}}"#
            ),
            (
                AirbyteMessage.control(
                    configuration: JSONObject([("token", "new")]), at: 1_795_170_511_111_500),
                #"{"type":"CONTROL","control":{"type":"CONNECTOR_CONFIG","emitted_at":1795170511111.5,"connectorConfig":{"config":{"token":"new"}}}}"#
            ),
            (
                AirbyteMessage.estimate(messages, rows: 24000, bytes: 6_000_000, at: 1_795_170_511_111_000),
                #"{"type":"TRACE","trace":{"type":"ESTIMATE","emitted_at":1795170511111.0,"estimate":{"name":"messages","type":"STREAM","row_estimate":24000,"byte_estimate":6000000}}}"#
            ),
            (
                AirbyteMessage.error(
                    "Something went wrong", internalMessage: "injected failure", .system, stream: messages,
                    at: 1_795_170_541_366_000),
                #"{"type":"TRACE","trace":{"type":"ERROR","emitted_at":1795170541366.0,"error":{"message":"Something went wrong","internal_message":"injected failure","failure_type":"system_error","stream_descriptor":{"name":"messages"}}}}"#
            ),
        ]
        for (message, expected) in lines { #expect(message.description == expected) }
    }

    @Test func aSpecificationHasSecretsDefaultsAndAnOrder() {
        let specification = ConnectorSpecification(
            "Messages",
            [
                Setting("records", .integer, "How many.", isRequired: true),
                Setting("slices", .integer, "How often.", default: 24),
                Setting("api_key", .string, "The key.", isSecret: true),
                Setting("mode", .choice(["a", "b"]), "Which."),
                Setting("inner", .mapping([Setting("x", .boolean, "X.", isRequired: true)]), "More."),
            ])
        #expect(
            specification.message.description
                == #"{"type":"SPEC","spec":{"connectionSpecification":{"$schema":"http://json-schema.org/draft-07/schema#","title":"Messages","type":"object","required":["records"],"additionalProperties":true,"properties":{"records":{"type":"integer","description":"How many.","order":0},"slices":{"type":"integer","description":"How often.","default":24,"order":1},"api_key":{"type":"string","description":"The key.","airbyte_secret":true,"order":2},"mode":{"type":"string","enum":["a","b"],"description":"Which.","order":3},"inner":{"type":"object","required":["x"],"additionalProperties":true,"properties":{"x":{"type":"boolean","description":"X.","order":0}},"description":"More.","order":4}}}}}"#
        )
    }

    @Test(arguments: [
        ("config.wrong-type", FailureType.configuration), ("airbyte.state", .configuration),
        ("api.credentials", .configuration), ("api.unavailable", .transient), ("api.body", .system),
        ("sqlite.locked", .transient), ("http.timeout", .transient), ("json.invalid", .system), ("what.ever", .system),
    ]) func failuresAreSomebodys(code: String, type: FailureType) {
        #expect(FailureType(of: CartloadError(CartloadError.Code(code), "x")) == type)
    }

    @Test func noSecretIsInWords() throws {
        let lines = Lines()
        let output = lines.output { $0.replacing("hunter2", with: "***") }
        try output.log(.info, "password hunter2")
        try output.connectionStatus(failure: "cannot log in with hunter2")
        try output.report(CartloadError(.airbyteFailure, "hunter2", advice: "Not hunter2."), stream: messages)
        #expect(!lines.text.contains("hunter2"))
        #expect(lines.all.count == 5)
    }
}
