// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadStorage
import CartloadTesting
import Glibc
import TestSupport
import Testing

@testable import CartloadFiles

/// A folder with files, and short ways to write and read them.
struct FolderFixture {
    let folder: TemporaryFolder
    var path: String { folder.path }

    init() throws { folder = try TemporaryFolder() }

    /// The names in the folder that a reader sees, or all of them.
    func names(_ below: String = "", hidden: Bool = false) -> [String] {
        var names: [String] = []
        guard let folder = opendir(below.isEmpty ? path : "\(path)/\(below)") else { return [] }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." || (!hidden && name.hasPrefix(".")) { continue }
            names.append(name)
        }
        return names.sorted()
    }

    func hasLeftovers(_ below: String = "") -> Bool { names(below, hidden: true).contains { $0.hasSuffix("-part") } }

    func write(_ name: String, _ bytes: Bytes) throws {
        let file = try AsideFile("\(path)/\(name)")
        try file.append(bytes)
        try file.publish()
    }

    func write(_ name: String, _ text: String, _ compression: Compression = .none) throws {
        try write(name, BlockCompressor(compression).compress(Bytes(text)))
    }

    /// What a file holds, decompressed.
    func text(_ name: String) throws -> String {
        try DecompressingReader(FileReader(path: "\(path)/\(name)")).readAll().text
    }

    /// The records that a reader finds, `[]` where there are no files.
    func records(_ pattern: String, _ change: (inout FilesSourceOptions) -> Void = { _ in }) async throws
        -> [JSONObject]
    {
        var options = FilesSourceOptions(paths: ["\(path)/\(pattern)"])
        change(&options)
        do {
            return try await StreamReading(FilesStream(options)).records()
        } catch let error as CartloadError
            where ["storage.no-match", "storage.not-found"].contains(error.code.rawValue)
        {
            return []
        }
    }

    func source(_ names: [String], _ change: (inout FilesSourceOptions) -> Void = { _ in }) -> FilesSource {
        var options = FilesSourceOptions(paths: names.map { "\(path)/\($0)" })
        change(&options)
        return FilesSource(options)
    }

    func stream(_ names: String..., change: (inout FilesSourceOptions) -> Void = { _ in }) -> FilesStream {
        FilesStream(source(names, change).options)
    }

    /// A writer to a path of the folder.
    func writer(
        _ name: String, stream: String = "s", receipt: JSONValue? = nil, size: BatchSize = BatchSize(),
        schema: Schema? = nil, change: (inout FilesDestinationOptions) -> Void = { _ in }
    ) async throws -> any DestinationWriter {
        var options = FilesDestinationOptions(path: "\(path)/\(name)")
        change(&options)
        return try await FilesDestination(options).open(
            DestinationStream(
                stream, schema: schema, receipt: try receipt.map { try JSONValue(parsing: $0.description) },
                checkpointID: "test", batchSize: size))
    }
}

extension DestinationWriter {
    /// Prepares and writes JSON lines as one batch.
    func write(_ lines: [String], key: [JSONValue]? = nil) async throws {
        var diagnostics = Diagnostics()
        let batch = RecordBatch(.rows(Rows(lines)), key: key.map { BatchKey($0) })
        try await write(prepare(batch, &diagnostics))
        #expect(diagnostics.rejects.isEmpty)
    }

    /// Commits, at the end of a batch unless told otherwise.
    func commit(_ sequence: Int, endsBatch: Bool = false, isLast: Bool = false) async throws -> JSONValue {
        try await commit(
            Commit(
                sequence: sequence, checkpoint: Checkpoint(["done": .int(sequence)]), batch: endsBatch ? .whole : nil,
                isLast: isLast))
    }
}

func lines(_ ids: Range<Int>) -> [String] { ids.map { "{\"id\":\($0)}" } }
