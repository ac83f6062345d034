// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What a transfer has brought and the buffer of its link does not hold yet.
struct BufferFilling: Sendable {
    private(set) var pieces: [LinkIntake.Piece] = []
    /// Where the inlets are behind these pieces.
    private(set) var pulled: LinkPositions
    private var bytes = 0

    /// How many bytes are kept at once, with one sync (I7).
    private static let enough = 4 << 20

    init(pulled: LinkPositions) { self.pulled = pulled }

    /// - Returns: Whether this is a good place to keep what there is.
    mutating func add(_ piece: LinkIntake.Piece) -> Bool {
        pieces.append(piece)
        bytes += piece.batch?.byteCount ?? 0
        guard let positions = piece.positions else { return false }
        pulled.inlets = positions.inlets
        // A pull that nobody could repeat is kept as a whole.
        return !piece.isPlaceless && bytes >= BufferFilling.enough
    }

    /// Gives what there is, and begins anew behind it.
    mutating func take() -> BufferFilling {
        defer {
            pieces = []
            bytes = 0
        }
        return self
    }
}
