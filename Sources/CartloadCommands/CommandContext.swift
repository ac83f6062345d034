// SPDX-License-Identifier: Apache-2.0

internal import CartloadAirbyte
internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadFlow

/// What a verb is given to work with.
struct CommandContext: Sendable {
    var console: Console
    var environment: Environment
    var registry: Registry
    var runner: FlowRunner
    var checker: FlowChecker
    var catalogue: [CatalogueEntry]
    var logLevel = LogLevel.warning
    /// Where the messages of a protocol go; records are not redacted.
    var lines = LineOutput.airbyteOutput
    /// The version that the program says it has.
    var version = Cartload.version
    /// Starts to watch for signals; what it returns tells the first that came.
    var watchSignals: @Sendable (StopRequest) -> @Sendable () -> Int32? = { _ in { nil } }
    /// Calls a closure for every SIGHUP.
    var watchHangups: @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in }
    /// The wall clock, seconds since 1970.
    var now: @Sendable () -> Double = { 0 }

    /// The wall clock.
    var instant: Instant { Instant(microseconds: Int64(now() * 1e6)) }

    func logger(_ label: String) -> Logger {
        let isJSON = environment["CARTLOAD_LOG_FORMAT"] == "json"
        return Logger(
            label: label, level: logLevel, handler: ConsoleLogHandler(console: console, isJSON: isJSON, now: now))
    }

    /// An error for programs.
    func json(of error: any Error) -> JSONValue {
        guard let error = error as? CartloadError else { return ["message": .string(String(describing: error))] }
        let location = error.location
        return [
            "code": .string(error.code.rawValue), "message": .string(error.message),
            "source": location.source.map { .string($0) } ?? nil, "line": location.line.map { .int($0) } ?? nil,
            "byte": location.byte.map { .int($0) } ?? nil, "record": location.record.map { .int($0) } ?? nil,
            "field": location.field.map { .string($0) } ?? nil, "advice": error.advice.map { .string($0) } ?? nil,
            "cause": error.cause.map { .string($0) } ?? nil,
        ]
    }
}
