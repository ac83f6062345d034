// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage
internal import Glibc

/// The list of finished files beside them, one JSON line each, in the order in which they were finished.
///
/// It has a hidden name, so that readers of the folder do not take it for data, and it appears with the last commit.
struct FileManifest {
    /// A finished file.
    struct Entry {
        var name: String
        var key: String
        var number: Int
        var records: Int
        /// Before compression.
        var bytes: Int
        /// As stored.
        var stored: Int

        var json: JSONValue {
            [
                "name": .string(name), "key": .string(key), "number": .int(number), "records": .int(records),
                "bytes": .int(bytes), "stored": .int(stored),
            ]
        }

        init(name: String, key: String, number: Int, records: Int, bytes: Int, stored: Int) {
            self.name = name
            self.key = key
            self.number = number
            self.records = records
            self.bytes = bytes
            self.stored = stored
        }

        init?(_ json: JSONValue) {
            guard let name = json["name"]?.stringValue, let key = json["key"]?.stringValue,
                let number = json["number"]?.intValue
            else { return nil }
            self.init(
                name: name, key: key, number: number, records: json["records"]?.intValue ?? 0,
                bytes: json["bytes"]?.intValue ?? 0, stored: json["stored"]?.intValue ?? 0)
        }
    }

    let file: AsideFile
    let folder: String
    /// What the last complete run listed.
    let earlier: [Entry]
    /// What a run listed that was not completed, after the point that is resumed from: these files may be there.
    let abandoned: [Entry]

    static func path(in folder: String, stream: String) -> String {
        Folder.join(folder, ".\(FileNameTemplate.component(stream)).manifest.jsonl")
    }

    /// Opens the manifest of a folder.
    ///
    /// - Parameters:
    ///   - keeps: Whether what an earlier run listed stays in it.
    ///   - length: How long it was at the commit that is resumed from; nil starts anew.
    init(folder: String, stream: String, keeps: Bool, resumingAt length: Int?) throws {
        let path = FileManifest.path(in: folder, stream: stream)
        let aside = AsideFile.asidePath(for: path)
        self.folder = folder
        earlier = FileManifest.entries(path)
        guard let length else {
            abandoned = FileManifest.entries(aside)
            file = try AsideFile(path)
            if keeps { try append(earlier) }
            return
        }
        if access(aside, F_OK) == 0 {
            abandoned = FileManifest.entries(aside, from: length)
            file = try AsideFile(path, resumingAt: length)
        } else {
            // It was complete: what comes now is added to it.
            abandoned = FileManifest.entries(path, from: length)
            file = try AsideFile(path)
            try file.copy(length, of: path)
        }
    }

    /// What the manifest of a folder lists.
    static func listed(in folder: String, stream: String) throws -> [Entry] {
        let path = path(in: folder, stream: stream)
        try AsideFile.completeAddition(to: path)
        return entries(path)
    }

    /// Adds to the manifest of a folder at once, for commits that nobody has a receipt of.
    static func add(_ entries: [Entry], in folder: String, stream: String) throws {
        guard !entries.isEmpty else { return }
        let file = try AsideFile(path(in: folder, stream: stream))
        try file.append(Bytes(entries.map { "\($0.json)\n" }.joined()))
        try AsideFile.add([file])
    }

    /// What a manifest lists from a byte on; nothing when there is none.
    private static func entries(_ path: String, from start: Int = 0) -> [Entry] {
        guard let reader = try? FileReader(path: path), (try? reader.skip(to: start)) != nil,
            let splitter = try? JSONLinesFormat().splitter(over: reader, SplitOptions())
        else { return [] }
        var entries: [Entry] = []
        while let block = try? splitter.next() {
            for line in block.bytes.text.split(separator: "\n") {
                // The last line may be half written.
                if let json = try? JSONValue(parsing: String(line)), let entry = Entry(json) { entries.append(entry) }
            }
        }
        return entries
    }

    var length: Int { file.length }

    func append(_ entries: [Entry]) throws {
        guard !entries.isEmpty else { return }
        try file.append(Bytes(entries.map { "\($0.json)\n" }.joined()))
    }

    func publish() throws { try file.publish() }

    func leave() { file.leave() }

    func discard() { file.discard() }
}
