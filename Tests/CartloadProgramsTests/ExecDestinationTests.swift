// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadPrograms
import CartloadTesting
import Testing

@Suite struct ExecDestinationTests {
    /// Puts each commit into a file of its own, complete or not at all.
    private static let filing = """
        part="$CARTLOAD_STREAM-part" && cat > "$part" && mv "$part" "out-$CARTLOAD_STREAM-$(printf %04d "$CARTLOAD_BATCH")"
        """
    /// The same in one process, with a line for each empty one.
    private static let listening = """
        n=$CARTLOAD_BATCH; part="$CARTLOAD_STREAM-part"; : > "$part"
        while IFS= read -r line; do
          if [ -n "$line" ]; then printf '%s\\n' "$line" >> "$part"; continue; fi
          mv "$part" "out-$CARTLOAD_STREAM-$(printf %04d "$n")"; n=$((n+1)); : > "$part"; echo done
        done
        """

    private func destination(
        _ folder: ScriptFolder, _ script: String, _ acknowledgement: ExecDestination.Acknowledgement = .exit,
        timeout: Duration = .seconds(60)
    ) -> ExecDestination {
        var destination = ExecDestination(folder.shell(script, timeout: timeout))
        destination.acknowledgement = acknowledgement
        return destination
    }

    @Test(arguments: ExecDestination.Acknowledgement.allCases)
    func theDestinationKeepsTheContract(acknowledgement: ExecDestination.Acknowledgement) async throws {
        let folder = try ScriptFolder()
        let script = acknowledgement == .exit ? Self.filing : Self.listening
        try await DestinationContract {
            destination(folder, script, acknowledgement)
        } contents: {
            try folder.records("out-\($0)-")
        }.run()
    }

    private func write(_ count: Int, to destination: ExecDestination) async throws {
        let writer = try await destination.open(DestinationStream("s", checkpointID: "exec"))
        do {
            var diagnostics = Diagnostics()
            let records = (0..<count).map {
                JSONObject([("id", .int($0)), ("text", .string(String(repeating: "x", count: 200)))])
            }
            try await writer.write(try writer.prepare(RecordBatch(records: records), &diagnostics))
            _ = try await writer.commit(Commit(sequence: 1, checkpoint: Checkpoint(.null), isLast: true))
        } catch {
            try await writer.close()
            throw error
        }
        try await writer.close()
    }

    @Test(
        arguments: [
            ("cat > /dev/null; echo 'disk full' >&2; exit 7", ExecDestination.Acknowledgement.exit, "process.failed"),
            ("exit 4", .exit, "process.failed"), ("exit 0", .exit, "pro"), ("sleep 600", .exit, "process.timed-out"),
            ("cat > /dev/null; sleep 600", .exit, "process.timed-out"),
            ("cat > /dev/null; exit 5", .line, "process.timed-out"), ("exit 5", .line, "process.failed"),
            ("while read -r l; do [ -n \"$l\" ] || { echo a; echo b; }; done", .line, "program.answer"),
            ("while read -r l; do [ -n \"$l\" ] || { echo ok; exit 9; }; done", .line, "process.failed"),
        ])
    func aProgramThatDoesNotSayThatAllIsDurableIsAnError(
        script: String, acknowledgement: ExecDestination.Acknowledgement, code: String
    ) async throws {
        let folder = try ScriptFolder()
        let limit: Duration = code == "process.timed-out" ? .milliseconds(300) : .seconds(120)
        // More than a pipe holds, so that a program that does not read is met while writing.
        for count in [3, 5000] {
            let destination = destination(folder, script, acknowledgement, timeout: limit)
            let error = await failure { try await write(count, to: destination) }
            #expect(error?.code.rawValue.hasPrefix(code) == true, "\(count): \(String(describing: error))")
        }
    }

    @Test func aStreamWithoutRecordsStartsNothing() async throws {
        let folder = try ScriptFolder()
        try await write(0, to: destination(folder, "echo started > started; exit 1"))
        #expect(folder.text("started") == nil)
    }
}
