// SPDX-License-Identifier: Apache-2.0

/// A program to run beside this one, with everything that it is given.
///
/// Arguments and environment may hold secrets, so that a description of it, and every message, has only the program's name.
public struct ChildCommand: Sendable {
    /// What a child has as one of its standard descriptors.
    public enum Standard: Sendable, Hashable {
        /// This process is at the other end.
        case pipe
        /// The same as this process has.
        case inherit
        /// Nothing: reads end at once, and what is written is lost.
        case null
    }

    /// A name to be found in `PATH`, or a path if it has a `/`; a relative one begins in ``directory``.
    public var program: String
    /// The arguments after the program's own name.
    public var arguments: [String]
    public var environment: ChildEnvironment
    /// Where the program runs; nil for this process's own folder.
    public var directory: String?
    public var limits: ChildLimits
    public var input: Standard
    public var output: Standard
    /// With a pipe, the last of what it says there is kept for error messages.
    public var errors: Standard

    public init(
        _ program: String, _ arguments: [String] = [], environment: ChildEnvironment = ChildEnvironment(),
        directory: String? = nil, limits: ChildLimits = ChildLimits(), input: Standard = .pipe,
        output: Standard = .pipe, errors: Standard = .pipe
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.limits = limits
        self.input = input
        self.output = output
        self.errors = errors
    }

    /// What messages call it: the last part of the program's path.
    public var name: String { program.split(separator: "/").last.map(String.init) ?? program }
}

extension ChildCommand: CustomStringConvertible, CustomReflectable {
    public var description: String { name }
    public var customMirror: Mirror { Mirror(self, children: ["program": name]) }
}
