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

    /// Saves a state; when this returns it survives a power cut (I1).
    func save(_ state: RunState) throws {
        // Always under the same name aside, so that a run that is killed leaves nothing that the next does not take.
        let file = try AsideFile(path)
        try file.append(Bytes(state.json.pretty() + "\n"))
        try file.publish()
    }

    func remove() { unlink(path) }
}
