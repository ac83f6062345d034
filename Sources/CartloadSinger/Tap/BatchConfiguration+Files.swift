// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Glibc

extension BatchConfiguration {
    /// Makes an empty file for a batch, where the user wants batch files, under a name that no other file has.
    ///
    /// For a ``BatchUnloading`` stream, whose own program then fills it.
    ///
    /// - Parameter name: What its name ends in, such as `orders.jsonl.gz`.
    /// - Returns: Its path.
    public func newFile(_ name: String) throws -> String {
        let random = String(UInt64.random(in: .min ... .max), radix: 36)
        let path = Folder.join(root, "\(prefix)\(random)-\(name.replacing("/", with: "-"))")
        try Folder.create(Folder.split(path).parent)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw CartloadError(
                .batchFile, "a batch file cannot be made: \(String(cString: strerror(errno)))",
                at: Location(source: path), advice: "Check the folder in batch_config.storage.root.")
        }
        close(descriptor)
        return path
    }
}
