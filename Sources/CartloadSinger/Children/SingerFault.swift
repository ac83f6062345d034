// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// Another tap or target cannot be used.
    public static let singerProgram = CartloadError.Code("singer.program")
}
