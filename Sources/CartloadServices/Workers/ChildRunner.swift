// SPDX-License-Identifier: Apache-2.0

public import CartloadCompute
public import CartloadProcess

/// Makes workers that are children: a program that reads one record a line and prints one answer a line.
public struct ChildRunner: ServiceRunner {
    /// Bounds of a worker (I7).
    public struct Options: Sendable, Hashable {
        /// How many bytes it may answer to a call.
        public var maximumAnswer: Int
        /// How much longer the first call of a worker may take, for programs that start slowly.
        public var startTime: Duration

        public init(maximumAnswer: Int = 256_000_000, startTime: Duration = .zero) {
            self.maximumAnswer = maximumAnswer
            self.startTime = startTime
        }
    }

    private let command: ChildCommand
    private let options: Options
    private let onErrorLine: (@Sendable (String) -> Void)?

    /// - Parameter onErrorLine: Gets what workers say on their standard error, on threads of their own.
    public init(
        _ command: ChildCommand, options: Options = Options(), onErrorLine: (@Sendable (String) -> Void)? = nil
    ) {
        self.command = command
        self.options = options
        self.onErrorLine = onErrorLine
    }

    public func makeWorker() throws -> any ServiceWorker {
        ChildWorker(try ChildProcess(command, onErrorLine: onErrorLine), options)
    }
}
