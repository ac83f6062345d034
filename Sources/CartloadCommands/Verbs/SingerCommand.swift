// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadProcess
internal import CartloadSinger

/// `cartload singer check -- COMMAND…`
struct SingerCommand: Command {
    static let definition = CommandDefinition(
        name: "singer", summary: "Check somebody's Singer tap or target.",
        discussion: """
            Runs the command several times and looks at what it does. Of a tap: every message, its catalog, whether it leaves
            out what is not selected, and what it does with its own state. Of a target: what it takes, refuses and answers.
            Let a target write to a place meant for tests: it gets a stream named cartload_check.

              cartload singer check -- tap-x --config tap.json
            """,
        arguments: [
            ArgumentDefinition(name: "action", summary: "What to do.", choices: ["check"]),
            ArgumentDefinition(
                name: "command", summary: "The tap or target with its own arguments, after --.", takesRest: true),
        ],
        options: [
            .value("kind", "name", "What it is (default: found out).", choices: ["tap", "target"]),
            .value(
                "root", "dir", "A folder that its batch files may be read from.", isRepeatable: true,
                completion: .directory),
            .flag("json", "Print the findings as JSON on stdout."),
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let program = ForeignProgram(arguments.rest)
        var findings: [Finding] = []
        var kind = arguments.value("kind")
        if kind != "target" {
            var check = TapCheck(program)
            check.batchFiles.access = try BatchFileAccess(roots: arguments.values("root"))
            if !check.batchFiles.access.objectRoots.isEmpty {
                check.batchFiles.store = try BatchObjectStore(
                    parameters: JSONObject(), environment: context.environment.variables)
            }
            findings = try await check.findings()
            if kind == nil { kind = findings.isEmpty ? "target" : "tap" }
            if kind == "tap", findings.isEmpty {
                findings = [Finding(.failed, "it sends messages", "it printed nothing and ended with 0")]
            }
        }
        if kind == "target" { findings = try await TargetCheck(program).findings() }
        let hasFailed = findings.contains { $0.verdict == .failed }
        if arguments.flag("json") {
            try context.console.print(
                [
                    "kind": kind.map { .string($0) } ?? nil, "passed": .bool(!hasFailed),
                    "findings": .array(findings.map(\.json)),
                ], isPretty: true)
        } else {
            try context.console.print(text(findings, kind ?? "tap"))
        }
        return hasFailed ? .failed : .done
    }

    private static func text(_ findings: [Finding], _ kind: String) -> String {
        var lines = findings.map { finding -> String in
            let word: String
            switch finding.verdict {
            case .passed: word = "ok     "
            case .warned: word = "warning"
            case .failed: word = "FAILED "
            case .skipped: word = "skipped"
            }
            return "\(word)  \(finding.rule)" + (finding.detail.map { "\n           \($0)" } ?? "")
        }
        let failed = findings.count { $0.verdict == .failed }
        let warned = findings.count { $0.verdict == .warned }
        let verdict = failed == 0 ? "a good \(kind)" : "not a good \(kind) yet"
        lines.append("\(verdict): \(failed) failed, \(warned) warning\(warned == 1 ? "" : "s")")
        return lines.joined(separator: "\n") + "\n"
    }
}
