// SPDX-License-Identifier: Apache-2.0
// A Singer target: … | swift run OwnTarget --config target.json

import CartloadCommands
import CartloadCore
import Foundation

/// Every stream is a file with a line for each record.
struct Notes: Destination {
    let folder: String

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        // A stream's name comes from another program; it must not lead out of the folder.
        try NotesWriter(path: "\(folder)/\(stream.name.replacing("/", with: "-")).txt")
    }
}

actor NotesWriter: RecordWriter {
    private let file: FileHandle
    private var text = ""

    init(path: String) throws {
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
        file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
    }

    func write(records: [Record]) {
        for record in records {
            text += record.object.members.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "\n"
        }
    }

    /// The STATE leaves when this returns, so the lines have to be durable by then.
    func commit(_ commit: Commit) throws -> JSONValue {
        try file.write(contentsOf: Data(text.utf8))
        try file.synchronize()
        text = ""
        return .null
    }
}

let notes = Connector(
    "notes", "Text files that people read.",
    destination: Connector.Role(
        settings: [Setting("folder", .string, "The folder of the files.", isRequired: true)]
    ) { settings in Notes(folder: settings.string("folder") ?? "") })

await SingerProgram(target: notes, version: "1.0.0").main()
