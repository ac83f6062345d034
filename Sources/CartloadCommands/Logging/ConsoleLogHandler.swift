// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Writes log messages to stderr, as text or as one JSON object a line (`CARTLOAD_LOG_FORMAT=json`).
struct ConsoleLogHandler: LogHandler {
    let console: Console
    let isJSON: Bool
    /// The wall clock, seconds since 1970.
    let now: @Sendable () -> Double

    func log(_ level: LogLevel, label: String, _ message: String, metadata: [(key: String, value: String)]) {
        let time = Timestamp(secondsSince1970: now()).description
        if isJSON {
            var line = JSONObject([
                ("time", .string(time)), ("level", .string(level.rawValue)), ("label", .string(label)),
                ("message", .string(message)),
            ])
            for (key, value) in metadata where line[key] == nil { line[key] = .string(value) }
            console.note(JSONValue.object(line).description)
        } else {
            let pairs = metadata.map { " \($0.key)=\($0.value)" }.joined()
            console.note("\(time) \(level.rawValue) \(label):\(pairs) \(message)")
        }
    }
}
