// SPDX-License-Identifier: Apache-2.0
// A Singer target that takes batch files as they are: … | swift run LoadingTarget --config target.json

import CartloadCommands
import CartloadCore
import CartloadSinger
import Foundation

/// Every stream is a file of JSON Lines.
struct Archive: Destination {
    let folder: String

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        try ArchiveWriter(path: "\(folder)/\(stream.name.replacing("/", with: "-")).jsonl")
    }
}

actor ArchiveWriter: RecordWriter, BatchFileLoading {
    private let file: FileHandle
    private var waiting: [Data] = []

    init(path: String) throws {
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
        file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
    }

    func write(records: [Record]) {
        waiting.append(Data(records.map { "\(JSONValue.object($0.object))\n" }.joined().utf8))
    }

    /// Other files come through `write`, as records.
    nonisolated func canLoad(_ files: BatchFiles) -> Bool {
        files.format == "jsonl" && files.rows == .raw && files.compression == "none"
    }

    /// A database would load them here, within the transaction that `commit` ends.
    func process(batchFiles: BatchFiles) throws -> Int {
        let texts = try batchFiles.paths.map { try Data(contentsOf: URL(filePath: $0), options: .mappedIfSafe) }
        for (text, path) in zip(texts, batchFiles.paths) where text.first != UInt8(ascii: "{") {
            throw CartloadError(.batchFile, "the file is not what its message says", at: Location(source: path))
        }
        waiting += texts
        return texts.reduce(0) { $0 + $1.count { $0 == UInt8(ascii: "\n") } }
    }

    func commit(_ commit: Commit) throws -> JSONValue {
        for text in waiting { try file.write(contentsOf: text) }
        try file.synchronize()
        waiting = []
        return .null
    }
}

let archive = Connector(
    "archive", "Files of JSON Lines, as they come.",
    destination: Connector.Role(
        settings: [Setting("folder", .string, "The folder of the files.", isRequired: true)]
    ) { settings in Archive(folder: settings.string("folder") ?? "") })

await SingerProgram(target: archive).main()
