// SPDX-License-Identifier: Apache-2.0

/// What a child may use at most; nil leaves this process's own limit. A child never leaves a core file.
public struct ChildLimits: Sendable, Hashable {
    /// Bytes of address space; for programs that reserve more than they use, this must be generous.
    public var addressSpace: Int?
    /// Time of computing, in whole seconds, rounded up.
    public var computing: Duration?
    public var openFiles: Int?

    public init(addressSpace: Int? = nil, computing: Duration? = nil, openFiles: Int? = nil) {
        self.addressSpace = addressSpace
        self.computing = computing
        self.openFiles = openFiles
    }

    /// 0 means no limit to the kernel's side, so that the smallest is 1.
    static func number(_ limit: Int?) -> UInt { limit.map { UInt(max(1, $0)) } ?? 0 }

    var computingSeconds: Int? {
        computing.map { Int($0.components.seconds) + ($0.components.attoseconds > 0 ? 1 : 0) }
    }
}
