// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Glibc

/// A folder of this machine in which a stream makes batch files that then go elsewhere; it goes with the last reference.
final class UnloadFolder: Sendable {
    let path: String

    init() throws {
        let root = getenv("TMPDIR").map { String(cString: $0) } ?? "/" + "tmp"
        var template = Array("\(root)/cartload-batches-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw CartloadError(
                .batchFile, "no folder for batch files can be made: \(String(cString: strerror(errno)))",
                at: Location(source: root), advice: "Set TMPDIR to a folder with room for them.")
        }
        path = String(cString: made)
    }

    deinit {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
                }
                unlink(Folder.join(path, name))
            }
            closedir(folder)
        }
        rmdir(path)
    }

    /// The configuration that a stream is given to make its files by.
    func configuration(_ batches: BatchConfiguration) -> BatchConfiguration {
        var batches = batches
        batches.root = path
        batches.prefix = ""
        return batches
    }
}
