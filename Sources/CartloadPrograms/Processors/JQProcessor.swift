// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadProcess

/// Runs a program of jq over each record, in a child process under limits and without this process's environment.
///
/// null or nothing drops the record; an error of the program rejects it with jq's message.
public struct JQProcessor: Processor {
    private let program: ExecProcessor

    /// What a child may use unless somebody says otherwise (I7).
    public static let usualLimits = ChildLimits(addressSpace: 1 << 30, openFiles: 16)
    public static let usualTimeout = Duration.seconds(60)

    /// - Parameters:
    ///   - allowsMany: Whether one record may become several.
    ///   - timeout: How long a block of records may take.
    /// - Throws: `CartloadError` with code `jq.program` when it cannot be compiled, and `process.not-found` without jq.
    public init(
        _ text: String, allowsMany: Bool = false, limits: ChildLimits = JQProcessor.usualLimits,
        timeout: Duration = JQProcessor.usualTimeout
    ) throws {
        var command = RunProgram(["jq"], environment: ChildEnvironment(isClean: true), limits: limits, timeout: timeout)
        // A line of its own for the end, because the last line of a program may be a comment.
        let definition = "def cartload_program: (\(text)\n);\n"
        try JQProcessor.check(definition, command)
        // One line for each record, whatever the program does: a single object alone, an error as a string.
        command.command += [
            "-c", "--unbuffered",
            definition + """
                try ([cartload_program] | if length == 1 and (.[0] | type) == "object" then .[0] else . end)
                catch (if type == "string" then . else tojson end)
                """,
        ]
        program = ExecProcessor(
            command, AnswerLines(rejected: .jqFailed, unusable: .jqOutput, allowsMany: allowsMany))
    }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        try program.process(batch, &diagnostics)
    }

    public func schema(from input: Schema) throws -> Schema { try program.schema(from: input) }

    /// Compiles it in a child that runs nothing of it; what nobody calls, jq would not look at.
    private static func check(_ definition: String, _ command: RunProgram) throws {
        var command = command
        command.command += ["-n", "-c", definition + "1, (empty | cartload_program)"]
        let child = try command.start(input: .null)
        var room = [UInt8](repeating: 0, count: 16)
        if try room.withUnsafeMutableBytes({ try child.output.read(into: $0) }) > 0 { return }
        _ = child.awaitEnd(atMost: .seconds(2))
        let said = child.errorText.split(separator: "\n").first { $0.hasPrefix("jq: error: ") }
        throw CartloadError(
            .jqProgram, "jq cannot compile the program" + (said.map { ": \($0.dropFirst(11).prefix(300))" } ?? ""),
            advice: "Try it by hand: jq -n -c PROGRAM.")
    }
}
