// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Glibc

extension BatchConfiguration {
    /// The root when it is in S3.
    var objectRoot: BatchObject? { BatchObject(root) }

    /// Makes the folder of a file where there are folders.
    ///
    /// - Parameter name: The file's name below the root, with the prefix and the folders in it.
    func makeFolder(for name: String) throws {
        if objectRoot == nil { try Folder.create(Folder.split(Folder.join(root, name)).parent) }
    }

    /// Removes what earlier runs of the same stream that were killed left aside of their last files.
    ///
    /// - Parameter base: What the names of files begin with, up to the number of the run.
    func removeAbandoned(before base: Substring) {
        guard objectRoot == nil else { return }
        let (folder, name) = Folder.split(Folder.join(root, String(base)))
        AsideFile.removeAbandoned(in: folder) { $0.hasPrefix(name) && $0.dropFirst(name.count).isRunAndNumber }
    }

    /// Begins a batch file.
    ///
    /// - Parameter name: Its name below the root.
    func output(_ name: String) throws -> any BatchFileOutput {
        guard let objectRoot else { return try LocalBatchFile(Folder.join(root, name)) }
        guard let object = objectRoot.appending(name) else {
            throw CartloadError(
                .batchFile, "the batch file \"\(name)\" cannot have its name", at: Location(source: root),
                advice: "Correct batch_config.storage.prefix.")
        }
        return try StoredBatchFile(object, in: store)
    }

    /// Puts a file that a stream made itself where batch files go, which is in S3.
    ///
    /// - Returns: What messages call it.
    func upload(_ path: String) async throws -> String {
        let output = try output(prefix + Folder.split(path).name)
        do {
            let reader = try FileReader(path: path)
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
            defer { room.deallocate() }
            while case let count = try reader.read(into: room), count > 0 {
                try await output.append(Bytes(copying: UnsafeRawBufferPointer(rebasing: room[..<count])))
            }
            try await output.finish()
        } catch {
            await output.discard()
            throw error
        }
        return output.uri
    }

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

extension Substring {
    /// Whether this is how the name of a batch file ends: the number of a run, of a file, and the format.
    fileprivate var isRunAndNumber: Bool {
        let run = prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard !run.isEmpty, self[run.endIndex...].first == "-" else { return false }
        let number = self[run.endIndex...].dropFirst().prefix { $0.isASCII && $0.isNumber }
        return !number.isEmpty && ["jsonl", "csv"].contains { self[number.endIndex...].hasPrefix(".\($0)") }
    }
}
