// SPDX-License-Identifier: Apache-2.0

/// Where log messages go.
public protocol LogHandler: Sendable {
    /// Takes one message whose level is high enough; called on any thread.
    func log(_ level: LogLevel, label: String, _ message: String, metadata: [(key: String, value: String)])
}
