// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// There is no program of that name.
    public static let programNotFound = CartloadError.Code("process.not-found")
    /// The program's file cannot be run.
    public static let programNotExecutable = CartloadError.Code("process.not-executable")
    /// A program could not be started for another reason.
    public static let programNotStarted = CartloadError.Code("process.not-started")
    /// A program ended with another status than 0.
    public static let programFailed = CartloadError.Code("process.failed")
    /// A program was ended by a signal.
    public static let programKilled = CartloadError.Code("process.killed")
    /// A program took longer than it may.
    public static let programTimedOut = CartloadError.Code("process.timed-out")
    /// A program reads its input no more.
    public static let programInputClosed = CartloadError.Code("process.input-closed")
    /// A program closed its output before it had answered.
    public static let programOutputEnded = CartloadError.Code("process.output-ended")
    /// A pipe to or from a program failed.
    public static let programPipe = CartloadError.Code("process.pipe-failed")
    /// A program of others cannot be used.
    public static let programUnusable = CartloadError.Code("process.unusable")
}

/// The error codes of this module, for `Docs/errors.md`.
public enum CartloadProcessCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .programNotFound, meaning: "There is no program of that name.",
            advice: "Check the name and PATH, or name the program by its path."),
        CatalogueEntry(
            .programNotExecutable, meaning: "The program's file cannot be run.",
            advice: "Make it executable with chmod +x; a script also needs a first line such as #!/bin/sh."),
        CatalogueEntry(
            .programNotStarted, meaning: "A program could not be started; the cause says why.",
            advice: "Check its folder and the limits of the system and the user."),
        CatalogueEntry(
            .programFailed, meaning: "A program ended with another status than 0.",
            advice: "Its own messages say why; the last of them are quoted."),
        CatalogueEntry(
            .programKilled, meaning: "A program was ended by a signal.",
            advice:
                "SIGKILL may come from a limit of memory, SIGXCPU from one of time; others are faults of the program."),
        CatalogueEntry(
            .programTimedOut, meaning: "A program took longer than it may, and was ended.",
            advice: "Allow it more time, or give it less at once."),
        CatalogueEntry(
            .programInputClosed, meaning: "A program reads its input no more, though there is more for it.",
            advice: "It ended or closed its input too early; its own messages may say why."),
        CatalogueEntry(
            .programOutputEnded, meaning: "A program closed its output before it had answered.",
            advice: "It ended too early; its own messages may say why."),
        CatalogueEntry(
            .programPipe, meaning: "A pipe to or from a program failed; the cause says why.",
            advice: "Run again; it goes on after the last checkpoint."),
        CatalogueEntry(
            .programUnusable, meaning: "A program of others cannot be used, or what it needs cannot be made.",
            advice: "Run its command by hand and look at what it prints."),
    ]
}

extension CartloadError {
    static func notFound(_ command: ChildCommand, _ reason: String) -> CartloadError {
        CartloadError(
            .programNotFound, "cannot run the program: \(reason)", at: Location(source: command.name),
            advice: "Check the name and PATH, or name the program by its path.")
    }

    static func notExecutable(_ command: ChildCommand, _ reason: String) -> CartloadError {
        CartloadError(
            .programNotExecutable, "cannot run the program: \(reason)", at: Location(source: command.name),
            advice: "Make it executable with chmod +x; a script also needs a first line such as #!/bin/sh.")
    }

    static func notStarted(_ command: ChildCommand, _ reason: String, cause: SystemFailure? = nil) -> CartloadError {
        CartloadError(
            .programNotStarted, "cannot start the program: \(reason)", at: Location(source: command.name), cause: cause)
    }

    static func inputClosed(_ command: String) -> CartloadError {
        CartloadError(
            .programInputClosed, "the program reads its input no more", at: Location(source: command),
            advice: "It ended or closed its input too early; its own messages may say why.")
    }

    static func outputEnded(_ command: String) -> CartloadError {
        CartloadError(
            .programOutputEnded, "the program closed its output before it had answered", at: Location(source: command),
            advice: "It ended too early; its own messages may say why.")
    }

    static func pipeFailed(_ command: String, _ action: String, _ cause: SystemFailure) -> CartloadError {
        CartloadError(.programPipe, "cannot \(action) the program", at: Location(source: command), cause: cause)
    }

    package static func timedOut(_ command: String, after limit: Duration) -> CartloadError {
        CartloadError(
            .programTimedOut, "the program took longer than \(limit)", at: Location(source: command),
            advice: "Allow it more time, or give it less at once.")
    }

    /// How a child failed, with its last words.
    static func ended(_ command: String, _ end: ChildEnd, said lines: [String]) -> CartloadError {
        var error =
            switch end {
            case .exited(let status):
                CartloadError(
                    .programFailed, "the program ended with status \(status)", at: Location(source: command))
            case .signalled:
                CartloadError(
                    .programKilled, "the program was ended by \(end)", at: Location(source: command))
            case .unknown:
                CartloadError(
                    .programFailed, "the program ended, and nobody can tell how", at: Location(source: command),
                    advice: "This process must not ignore SIGCHLD, nor wait for children that it did not start.")
            }
        if !lines.isEmpty { error.cause = "it said: " + lines.joined(separator: "\n    ") }
        return error
    }
}
