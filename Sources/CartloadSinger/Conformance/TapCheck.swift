// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import CartloadFormats
public import CartloadProcess

/// Runs somebody's tap and looks at all that it does.
public struct TapCheck: Sendable {
    public var program: ForeignProgram
    /// Which batch files may be read.
    public var batchFiles = BatchFileOptions()

    public init(_ program: ForeignProgram) { self.program = program }

    /// What was found; empty when the program sends nothing at all, as a target does.
    public func findings() async throws -> [Finding] {
        let first = try await run([])
        guard first.hasOutput || !first.end.isSuccess else { return [] }
        var findings = [first.exit("it ends with 0")] + first.check.findings()
        if first.check.records == 0 {
            findings.append(Finding(.warned, "there are records", "there were none to look at"))
        }
        findings += try await discovery(first.check)
        findings += try await resumption(first.check)
        return findings
    }

    private struct Run {
        var check: MessageCheck
        var end: ChildEnd
        var said: String
        var hasOutput: Bool

        func exit(_ rule: String) -> Finding {
            end.isSuccess
                ? Finding(.passed, rule)
                : Finding(.failed, rule, "it ended with \(end): \(said.suffix(400))")
        }
    }

    private func run(_ arguments: [String]) async throws -> Run {
        try await ThreadExecutor.run {
            let child = try program.start(arguments)
            child.input.close()
            var check = MessageCheck(batchFiles: batchFiles)
            let splitter = try JSONLinesFormat().splitter(
                over: child.output, SplitOptions(maximumRecordBytes: 256 << 20))
            var hasOutput = false
            while let block = try splitter.next() {
                hasOutput = true
                try check.take(block, from: child.name)
            }
            return Run(check: check, end: try await child.wait(), said: child.errorText, hasOutput: hasOutput)
        }
    }

    // MARK: Catalog

    /// `--discover`, the catalog that comes of it, and whether a field that is deselected stays away.
    private func discovery(_ first: MessageCheck) async throws -> [Finding] {
        let rule = "--discover prints a catalog"
        let catalog: Catalog
        do {
            let text = try await program.output(["--discover"])
            catalog = try Catalog(JSONValue(parsing: text))
        } catch let error as CartloadError {
            return [Finding(.skipped, rule, error.message)]
        }
        var findings = [Finding(.passed, rule)]
        let names = Set(catalog.streams.map(\.stream))
        if let unknown = first.recordsOfStream.keys.sorted().first(where: { !names.contains($0) }) {
            findings.append(Finding(.warned, "streams are in the catalog", "\"\(unknown)\" is not"))
        }
        return try await findings + selection(catalog, first)
    }

    private func selection(_ catalog: Catalog, _ first: MessageCheck) async throws -> [Finding] {
        let rule = "a field that is not selected is not sent"
        for entry in catalog.streams {
            let sent = first.fields[entry.stream] ?? []
            guard let field = entry.optionalField(among: sent) else { continue }
            var entries = catalog.streams
            guard let index = entries.firstIndex(of: entry) else { continue }
            entries[index].set("selected", true)
            entries[index].set("selected", false, of: ["properties", field])
            let folder = try ProgramFolder()
            let run = try await run(["--catalog", folder.write("catalog.json", Catalog(entries).json)])
            guard run.end.isSuccess else { return [run.exit("it takes its own catalog")] }
            let leaked = run.check.fields[entry.stream]?.contains(field) == true
            let detail = "\"\(field)\" of \"\(entry.stream)\" is sent although the catalog says no"
            return [Finding(leaked ? .failed : .passed, rule, leaked ? detail : nil)]
        }
        return [Finding(.skipped, rule, "no stream has a field that could be left out")]
    }

    // MARK: State

    private func resumption(_ first: MessageCheck) async throws -> [Finding] {
        let rule = "it takes its own last STATE"
        guard let state = first.lastState else { return [Finding(.skipped, rule, "it sent none")] }
        let folder = try ProgramFolder()
        let run = try await run(["--state", folder.write("state.json", state)])
        var findings = [run.exit(rule)]
        if run.end.isSuccess, run.check.records > first.records {
            findings.append(
                Finding(
                    .warned, "with it there is less to read",
                    "\(run.check.records) records came, \(first.records) before"))
        }
        return findings
    }
}

extension CatalogEntry {
    /// A field that was sent and may be left out.
    fileprivate func optionalField(among sent: Set<String>) -> String? {
        let keys = Set(keyProperties ?? []).union([replicationKey].compactMap { $0 })
        return schema["properties"]?.objectValue?.keys.first { name in
            let inclusion = metadata[["properties", name]]?["inclusion"]?.stringValue
            return sent.contains(name) && !keys.contains(name) && inclusion == "available"
        }
    }
}
