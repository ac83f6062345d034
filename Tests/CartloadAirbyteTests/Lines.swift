// SPDX-License-Identifier: Apache-2.0

import CartloadAirbyte
import CartloadCore
import CartloadFlow
import Synchronization

/// The lines that a connector prints, kept.
final class Lines: Sendable {
    private let kept = Mutex("")
    private let failsAfter: Int

    /// - Parameter failsAfter: After so many bytes nobody reads any more.
    init(failsAfter: Int = .max) { self.failsAfter = failsAfter }

    var text: String { kept.withLock { $0 } }
    var all: [String] { text.split(separator: "\n").map(String.init) }

    func output(redact: @escaping @Sendable (String) -> String = { $0 }) -> AirbyteOutput {
        AirbyteOutput(
            LineOutput { buffer in
                try self.kept.withLock { text in
                    if text.utf8.count >= self.failsAfter {
                        throw CartloadError(.airbyteOutput, "messages cannot be written")
                    }
                    text += String(decoding: buffer, as: UTF8.self)
                }
            }, clock: .fixed, redact: redact)
    }

    /// The messages of a type.
    func messages(_ type: String) throws -> [JSONValue] {
        try all.map { try JSONValue(parsing: $0) }.filter { $0["type"]?.stringValue == type }
    }

    /// Messages as short words, in order: `r` and the stream, `s` and its count, statuses by name.
    func words() throws -> [String] {
        try all.map { line in
            let message = try JSONValue(parsing: line)
            switch message["type"]?.stringValue {
            case "RECORD": return "r \(message["record"]?["stream"]?.stringValue ?? "?")"
            case "STATE":
                let stream = message["state"]?["stream"]?["stream_descriptor"]?["name"]?.stringValue ?? "?"
                let count = message["state"]?["sourceStats"]?["recordCount"]?.description ?? "?"
                return "s \(stream) \(count)"
            case "TRACE":
                let trace = message["trace"]
                if let status = trace?["stream_status"] {
                    let name = status["stream_descriptor"]?["name"]?.stringValue ?? "?"
                    return "\(status["status"]?.stringValue ?? "?") \(name)"
                }
                return "\(trace?["type"]?.stringValue ?? "?")"
            case let type: return type ?? "?"
            }
        }
    }
}
