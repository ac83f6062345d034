// SPDX-License-Identifier: Apache-2.0

/// How much a LOG message matters.
public enum AirbyteLogLevel: String, Sendable, Hashable {
    case fatal = "FATAL"
    case error = "ERROR"
    case warn = "WARN"
    case info = "INFO"
    case debug = "DEBUG"
}
