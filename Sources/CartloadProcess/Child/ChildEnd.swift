// SPDX-License-Identifier: Apache-2.0

internal import CSpawn

/// How a child ended.
public enum ChildEnd: Sendable, Hashable {
    /// By itself, with a status; 0 means success.
    case exited(Int32)
    /// By a signal.
    case signalled(Int32)
    /// In a way that nobody can tell, because this process ignores SIGCHLD or another part of it waits for all children.
    case unknown

    public var isSuccess: Bool { self == .exited(0) }
}

extension ChildEnd: CustomStringConvertible {
    /// The end as waitpid(2) gives it.
    init(status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }

    /// `status 1` or `SIGKILL`.
    public var description: String {
        switch self {
        case .exited(let status): "status \(status)"
        case .signalled(let number): ChildEnd.signalName(number)
        case .unknown: "unknown"
        }
    }

    static func signalName(_ number: Int32) -> String {
        cl_spawn_signal_name(number).map { String(cString: $0) } ?? "signal \(number)"
    }
}
