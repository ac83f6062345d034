// SPDX-License-Identifier: Apache-2.0

/// How far a stream is; a terminal one ends every stream that was begun.
public enum StreamStatus: String, Sendable, Hashable {
    case started = "STARTED"
    case running = "RUNNING"
    case complete = "COMPLETE"
    case incomplete = "INCOMPLETE"
}
