// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The errors of chunks that are not what they should be.
enum ChunkFault {
    static func wrongType(_ field: String, _ wanted: String) -> CartloadError {
        invalid("it must be \(wanted)", field)
    }

    static func invalid(_ message: String, _ field: String) -> CartloadError {
        CartloadError(.invalidChunk, message, at: Location(field: field))
    }
}
