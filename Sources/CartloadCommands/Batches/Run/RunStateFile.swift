// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Glibc

/// The file that a run's state is in, one for each output.
struct RunStateFile: Sendable {
    let path: String

    /// - Parameter directory: For the states of all runs; made where it is missing.
    init(directory: String, output: String) throws {
        try Folder.create(directory)
        let name = output.split(separator: "/").last.map(String.init) ?? "output"
        path = "\(directory)/\(name)-\(Checksum.text(output.utf8)).json"
    }

    /// The state of an earlier run; nil when there is none.
    ///
    /// - Throws: `CartloadError` with code `batches.state` when it cannot be read.
    func load() throws -> RunState? {
        guard access(path, F_OK) == 0 else { return nil }
        guard let state = (try? JSONFile.read(path)).flatMap(RunState.init) else {
            throw CartloadError(
                .batchesState, "the state of the earlier run cannot be read", at: Location(source: path),
                advice: "Start over with --fresh.")
        }
        return state
    }

    /// Saves a state; when this returns it survives `kill -9`, and a power cut leaves this one or the one before it (I1).
    ///
    /// With the one before it a run takes longer, because the server has forgotten what was acknowledged since, but ends with
    /// the same output.
    func save(_ state: RunState) throws {
        // Always under the same name aside, so that a run that is killed leaves nothing that the next does not take.
        let aside = "\(path).tmp"
        let file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure() }
        var text = state.json.pretty() + "\n"
        let isWritten = text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = write(file, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                if count < 0, errno != EINTR { return false }
                written += max(0, count)
            }
            return fsync(file) == 0
        }
        let error = failure()
        close(file)
        guard isWritten else { throw error }
        guard rename(aside, path) == 0 else { throw failure() }
    }

    private func failure() -> CartloadError {
        CartloadError(
            .batchesState, "the state cannot be written: \(String(cString: strerror(errno)))",
            at: Location(source: path),
            advice: "Make room, or keep it elsewhere with --state; then run the same command again.")
    }

    func remove() { unlink(path) }
}
