// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The messages of the Airbyte protocol as airbyte-cdk 7.39.1 writes them: only what is there, in its order of members.
public enum AirbyteMessage {
    public static func log(_ level: AirbyteLogLevel, _ text: String) -> JSONValue {
        ["type": "LOG", "log": ["level": .string(level.rawValue), "message": .string(text)]]
    }

    /// - Parameter failure: Why the connection cannot be made; nil when it can.
    public static func connectionStatus(failure: String?) -> JSONValue {
        var status = JSONObject([("status", failure == nil ? "SUCCEEDED" : "FAILED")])
        if let failure { status["message"] = .string(failure) }
        return ["type": "CONNECTION_STATUS", "connectionStatus": .object(status)]
    }

    public static func catalog(_ streams: [AirbyteStream]) -> JSONValue {
        ["type": "CATALOG", "catalog": ["streams": .array(streams.map(\.json))]]
    }

    /// - Parameter microseconds: The wall clock.
    public static func streamStatus(
        _ stream: StreamDescriptor, _ status: StreamStatus, at microseconds: Int64
    ) -> JSONValue {
        trace(
            "STREAM_STATUS", at: microseconds, "stream_status",
            ["stream_descriptor": stream.json, "status": .string(status.rawValue)])
    }

    public static func estimate(
        _ stream: StreamDescriptor, rows: Int? = nil, bytes: Int? = nil, at microseconds: Int64
    ) -> JSONValue {
        var estimate = JSONObject([("name", .string(stream.name)), ("type", "STREAM")])
        if let namespace = stream.namespace { estimate["namespace"] = .string(namespace) }
        if let rows { estimate["row_estimate"] = .int(rows) }
        if let bytes { estimate["byte_estimate"] = .int(bytes) }
        return trace("ESTIMATE", at: microseconds, "estimate", .object(estimate))
    }

    public static func error(
        _ text: String, internalMessage: String? = nil, _ type: FailureType, stream: StreamDescriptor? = nil,
        at microseconds: Int64
    ) -> JSONValue {
        var error = JSONObject([("message", .string(text))])
        if let internalMessage { error["internal_message"] = .string(internalMessage) }
        error["failure_type"] = .string(type.rawValue)
        if let stream { error["stream_descriptor"] = stream.json }
        return trace("ERROR", at: microseconds, "error", .object(error))
    }

    /// Says that the configuration has changed, such as after a token was renewed: the runner keeps the new one.
    public static func control(configuration: JSONObject, at microseconds: Int64) -> JSONValue {
        [
            "type": "CONTROL",
            "control": [
                "type": "CONNECTOR_CONFIG", "emitted_at": milliseconds(microseconds),
                "connectorConfig": ["config": .object(configuration)],
            ],
        ]
    }

    /// - Parameter recordCount: The records of the stream since its previous STATE.
    public static func state(_ stream: StreamDescriptor, _ state: JSONObject, recordCount: Int) -> JSONValue {
        [
            "type": "STATE",
            "state": [
                "type": "STREAM", "stream": ["stream_descriptor": stream.json, "stream_state": .object(state)],
                "sourceStats": ["recordCount": .number("\(recordCount).0")],
            ],
        ]
    }

    private static func trace(
        _ type: String, at microseconds: Int64, _ member: String, _ value: JSONValue
    ) -> JSONValue {
        .object(
            JSONObject([
                ("type", "TRACE"),
                (
                    "trace",
                    .object(
                        JSONObject([
                            ("type", .string(type)), ("emitted_at", milliseconds(microseconds)), (member, value),
                        ]))
                ),
            ]))
    }

    /// With a fraction, as all but records have it.
    private static func milliseconds(_ microseconds: Int64) -> JSONValue {
        .double(Double(microseconds) / 1000)
    }
}
