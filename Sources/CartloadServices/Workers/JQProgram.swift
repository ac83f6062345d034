// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadProcess

/// A program for jq as a child that answers each record with an object, whatever the program does.
struct JQProgram {
    /// What is run for calls.
    let command: ChildCommand
    private let checking: ChildCommand

    /// How long jq may take to compile a program.
    private static let compileTime = Duration.seconds(10)

    init(_ text: String, environment: ChildEnvironment, directory: String, limits: ChildLimits) {
        // What reads on would take the next record for its own, and what halts would end the worker. The closing bracket has a
        // line of its own because the last line of a program may be a comment.
        let definition = """
            def input: error("a service has no further input"); def inputs: input;
            def halt: error("a service cannot halt"); def halt_error: error; def halt_error($status): error;
            def cartload_service: (\(text)
            );

            """
        func command(_ arguments: [String]) -> ChildCommand {
            ChildCommand("jq", arguments, environment: environment, directory: directory, limits: limits)
        }
        self.command = command([
            "-c", "--unbuffered",
            definition + """
                def cartload_wrong($type; $message): {"$error": {message: $message, type: $type}};
                try ([limit(2; cartload_service)]
                    | if length != 1 then
                        cartload_wrong("no_object"; "the program gives \\(if length == 0 then "nothing" else "several values" end)")
                      elif (.[0] | type) != "object" then
                        cartload_wrong("no_object"; "the program gives no object: \\(.[0] | tojson | .[0:80])")
                      else .[0] end)
                catch {"$error": (if type == "string" then {message: ., type: "jq"}
                    else {message: (.message? // . | if type == "string" then . else tojson end), type: "jq", details: .} end)}
                """,
        ])
        var checking = command(["-n", "-c", definition + "1, (empty | cartload_service)"])
        checking.input = .null
        self.checking = checking
    }

    /// Compiles it in a child that runs nothing of it; what nobody calls, jq would not look at.
    ///
    /// - Throws: `CartloadError` with code `service.jq`.
    func check() throws {
        let child: ChildProcess
        do {
            child = try ChildProcess(checking)
        } catch let error as CartloadError {
            throw CartloadError(
                .serviceJQ, "jq cannot be run", advice: "Install jq, or look at what it may use.", cause: error)
        }
        // It prints two bytes, which fit into the pipe.
        let end = child.awaitEnd(atMost: JQProgram.compileTime)
        child.kill()
        if end?.isSuccess == true { return }
        let said = child.errorText.split(separator: "\n").first { $0.hasPrefix("jq: error: ") }
        throw CartloadError(
            .serviceJQ, "jq cannot compile the program" + (said.map { ": \($0.dropFirst(11).prefix(300))" } ?? ""),
            advice: "Try it by hand: jq -n -c PROGRAM.")
    }
}
