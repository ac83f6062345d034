// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

extension LineOutput {
    /// This process's standard output.
    public static let standardOutput = LineOutput.descriptor(1, failingWith: .singerOutput)
}

extension CartloadError.Code {
    /// Messages cannot be written.
    public static let singerOutput = CartloadError.Code("singer.output")
    /// A destination cannot do what ACTIVATE_VERSION asks for.
    public static let singerVersion = CartloadError.Code("singer.version")
}
