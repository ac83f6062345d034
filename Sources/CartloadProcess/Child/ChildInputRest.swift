// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What may be left in the pipe to a child's standard input after it was closed.
public struct ChildInputRest: Sendable {
    /// Another reading end of the pipe; nil when the system gave none.
    private let descriptor: Descriptor?

    init(_ descriptor: Descriptor?) { self.descriptor = descriptor }

    /// Whether there is something that the child has not read; asked once, when it has ended.
    public func hasBytes() -> Bool {
        guard let descriptor else { return false }
        var byte: UInt8 = 0
        return read(descriptor.number, &byte, 1) > 0
    }
}
