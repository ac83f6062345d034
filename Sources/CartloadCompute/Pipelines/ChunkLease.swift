// SPDX-License-Identifier: Apache-2.0

/// Results that were handed out until a time, and come back unless they are acknowledged.
struct ChunkLease: Sendable {
    var until: Duration
    var sequences: [Int]
}
