// SPDX-License-Identifier: Apache-2.0

/// Finds where records end; it starts at the beginning of a record and keeps nothing between calls.
protocol BoundaryScanner {
    /// Looks for record ends.
    ///
    /// - Parameters:
    ///   - base: `count` bytes and at least 64 more that can be read.
    ///   - isEnd: Whether nothing follows, so that an unended record is whole.
    ///   - limit: After so many records it stops.
    func scan(_ base: UnsafePointer<UInt8>, count: Int, isEnd: Bool, limit: Int) -> Boundary
}

/// How far whole records reach.
struct Boundary: Equatable {
    /// The offset after the last of them, and after blank lines that follow.
    var offset = 0
    var records = 0
    /// Ended physical lines before `offset`.
    var lines = 0
}
