// SPDX-License-Identifier: Apache-2.0

/// Writes messages with a level, a label and metadata, in the shape of swift-log's type of the same name.
///
/// A value: metadata that is set on a copy stays with the copy.
public struct Logger: Sendable {
    public let label: String
    /// Messages below it are not even made.
    public var logLevel: LogLevel
    private var metadata: [String: String] = [:]
    private let handler: any LogHandler

    public init(label: String, level: LogLevel = .warning, handler: any LogHandler) {
        self.label = label
        logLevel = level
        self.handler = handler
    }

    /// A value that goes with every message.
    public subscript(metadataKey key: String) -> String? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(level: LogLevel, _ message: @autoclosure () -> String, metadata extra: [String: String] = [:]) {
        guard level >= logLevel else { return }
        let all = metadata.merging(extra) { $1 }.sorted { $0.key < $1.key }
        handler.log(level, label: label, message(), metadata: all.map { (key: $0.key, value: $0.value) })
    }

    public func trace(_ message: @autoclosure () -> String, metadata: [String: String] = [:]) {
        log(level: .trace, message(), metadata: metadata)
    }

    public func debug(_ message: @autoclosure () -> String, metadata: [String: String] = [:]) {
        log(level: .debug, message(), metadata: metadata)
    }

    public func info(_ message: @autoclosure () -> String, metadata: [String: String] = [:]) {
        log(level: .info, message(), metadata: metadata)
    }

    public func notice(_ message: @autoclosure () -> String, metadata: [String: String] = [:]) {
        log(level: .notice, message(), metadata: metadata)
    }

    public func warning(_ message: @autoclosure () -> String, metadata: [String: String] = [:]) {
        log(level: .warning, message(), metadata: metadata)
    }

    public func error(_ message: @autoclosure () -> String, metadata: [String: String] = [:]) {
        log(level: .error, message(), metadata: metadata)
    }

    public func critical(_ message: @autoclosure () -> String, metadata: [String: String] = [:]) {
        log(level: .critical, message(), metadata: metadata)
    }
}
