// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// How the program ends; a public contract.
enum ExitStatus: Sendable, Hashable {
    case done
    case failed
    case wrongUse
    /// Done, but records were rejected.
    case doneWithRejects
    /// Stopped cleanly by SIGINT or SIGTERM.
    case interrupted(by: Int32)

    /// What an error means: a mistake on the command line, which no file is to blame for, or a failure.
    init(of error: any Error) {
        guard let error = error as? CartloadError else {
            self = .failed
            return
        }
        let code = error.code.rawValue
        let isOfCommandLine = error.location.source == nil
        let isWrongUse =
            code.hasPrefix("usage.") || (code.hasPrefix("config.") && isOfCommandLine)
            || (["expression.syntax", "expression.function"].contains(code) && isOfCommandLine)
        self = isWrongUse ? .wrongUse : .failed
    }

    var code: Int32 {
        switch self {
        case .done: 0
        case .failed: 1
        case .wrongUse: 2
        case .doneWithRejects: 3
        case .interrupted(let signal): 128 + signal
        }
    }

    /// For `--json`.
    var word: String {
        switch self {
        case .done: "done"
        case .failed, .wrongUse: "failed"
        case .doneWithRejects: "done_with_rejects"
        case .interrupted: "stopped"
        }
    }
}
