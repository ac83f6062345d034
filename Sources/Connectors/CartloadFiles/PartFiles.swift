// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage
internal import Glibc

/// The files of one stream: those being written, by key, and those that become visible with the next commit.
struct PartFiles {
    /// A file's gathered bytes are written when there are this many, and all files' when there are `gatherLimit` (I7).
    private static let gatherSize = 128 << 10
    private static let gatherLimit = 16 << 20
    /// Finished files are made visible at once when there are this many, to bound the open descriptors.
    private static let finishedLimit = 64

    private let options: FilesDestinationOptions
    private let stream: DestinationStream
    private let template: FileNameTemplate
    private let compressor: BlockCompressor
    private let folder: String

    private var numbers: [String: Int] = [:]
    private var parts: [String: PartFile] = [:]
    private var finished: [PartFile] = []
    /// What is known of complete files that further records of their key would go to.
    private var complete: [String: FilesReceipt.Part] = [:]
    private var entries: [FileManifest.Entry] = []
    private var manifest: FileManifest?
    /// The names of unfinished files in the last receipt: a later run goes on with them.
    private var kept: Set<String> = []
    private var keys: [String: BatchKey] = [:]
    private var gathered = 0
    private var uses = 0
    private(set) var filesWritten = 0

    init(
        _ options: FilesDestinationOptions, _ stream: DestinationStream, _ template: FileNameTemplate,
        _ compressor: BlockCompressor
    ) throws {
        self.options = options
        self.stream = stream
        self.template = template
        self.compressor = compressor
        let sample = template.name(stream: stream.name, key: "", number: 1)
        folder = Folder.split(sample).parent
        if folder != "." { try Folder.create(folder) }
        let receipt = try stream.receipt.map { try FilesReceipt($0) }
        if template.isNumbered {
            // After a complete run the manifest is in place, and a later run that goes on from there adds to it.
            let goesOn = receipt.map { $0.filesWritten > 0 && $0.manifestLength == 0 } ?? false
            manifest = try FileManifest(
                folder: folder, stream: stream.name, keeps: options.load == .append || goesOn,
                resumingAt: goesOn ? nil : receipt.map(\.manifestLength))
        }
        if let receipt {
            try resume(receipt)
        } else if options.load == .append {
            try beginAppending()
        }
    }

    private mutating func resume(_ receipt: FilesReceipt) throws {
        numbers = receipt.numbers
        filesWritten = receipt.filesWritten
        complete = receipt.complete
        for (key, saved) in receipt.parts {
            // It was finished and renamed after the commit that is resumed from: it is unfinished again.
            let aside = AsideFile.asidePath(for: saved.name)
            if access(aside, F_OK) != 0 { rename(saved.name, aside) }
            var part = PartFile(
                saved.name, number: saved.number, try AsideFile(saved.name, resumingAt: saved.length))
            part.records = saved.records
            part.bytes = saved.bytes
            part.fields = saved.fields
            parts[key] = part
            kept.insert(saved.name)
        }
    }

    /// Goes on after what is there: numbers after the highest, a single file with its content.
    private mutating func beginAppending() throws {
        for entry in manifest?.earlier ?? [] {
            numbers[entry.key] = max(numbers[entry.key] ?? 1, entry.number + 1)
        }
        guard !template.isNumbered else { return }
        let name = template.name(stream: stream.name, key: nil, number: 1)
        guard access(name, F_OK) == 0 else { return }
        guard options.chosenFormat == .jsonl else {
            throw CartloadError(
                .fileTemplate, "records cannot be appended to a single \(options.chosenFormat.rawValue) file",
                at: Location(source: name), advice: "Use a folder, or load: overwrite.")
        }
        let part = PartFile(name, number: 1, try AsideFile(name))
        let reader = try FileReader(path: name)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { room.deallocate() }
        while true {
            let count = try reader.read(into: room)
            if count == 0 { break }
            try part.file.append(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
        parts[""] = part
    }

    /// The path component of a key; keys that look alike are told apart in the order in which they came.
    mutating func component(of key: BatchKey?) -> String {
        guard let key, template.isKeyed else { return "" }
        let base = FileNameTemplate.component(key)
        var component = base
        var count = 1
        while let other = keys[component], other != key {
            count += 1
            component = "\(base)~\(count)"
        }
        keys[component] = key
        return component
    }

    /// The file that a key's records go to now, begun when there is none.
    mutating func open(_ key: String, header fields: [String]?, _ encoder: any RecordEncoder) throws -> PartFile {
        uses += 1
        if var part = parts[key] {
            part.lastUse = uses
            return part
        }
        if parts.count >= options.maximumOpenFiles, let oldest = parts.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            try finish(oldest.key)
        }
        if var part = try reopen(key) {
            part.lastUse = uses
            parts[key] = part
            gathered += part.gatheredCount
            return part
        }
        let number = numbers[key] ?? 1
        let name = template.name(stream: stream.name, key: key.isEmpty ? nil : key, number: number)
        if template.isKeyed { try Folder.create(Folder.split(name).parent) }
        var part = PartFile(name, number: number, try AsideFile(name))
        part.fields = fields
        part.lastUse = uses
        if let fields, let header = encoder.header(fields) { part.gather(header, records: 0) }
        // From here on a failure removes it again.
        parts[key] = part
        gathered += part.gatheredCount
        return part
    }

    /// Goes on with a complete file: names without a number have no other file for further records, which would replace
    /// it otherwise.
    private mutating func reopen(_ key: String) throws -> PartFile? {
        guard let done = complete.removeValue(forKey: key) else { return nil }
        if let index = finished.lastIndex(where: { $0.name == done.name }) {
            entries.removeAll { $0.key == key && $0.number == done.number }
            filesWritten -= 1
            return finished.remove(at: index)
        }
        guard let part = try PartFiles.copy(of: done) else { return nil }
        filesWritten -= 1
        return part
    }

    /// Takes back a file that was written to.
    mutating func put(_ part: PartFile, _ key: String, isFull: Bool) throws {
        var part = part
        gathered += part.gatheredCount - (parts[key]?.gatheredCount ?? 0)
        if part.gatheredCount >= Self.gatherSize {
            gathered -= part.gatheredCount
            try part.flush(compressor)
        }
        parts[key] = part
        if isFull { try finish(key) }
        if gathered > Self.gatherLimit { try flushAll() }
    }

    private mutating func flushAll() throws {
        for key in parts.keys { try parts[key]?.flush(compressor) }
        gathered = 0
    }

    private mutating func finish(_ key: String) throws {
        guard var part = parts[key] else { return }
        gathered -= part.gatheredCount
        try part.flush(compressor)
        parts[key] = nil
        numbers[key] = part.number + 1
        if !template.isNumbered { complete[key] = FilesReceipt.Part(part) }
        finished.append(part)
        entries.append(
            FileManifest.Entry(
                name: Folder.split(part.name).name, key: key, number: part.number, records: part.records,
                bytes: part.bytes, stored: part.file.length))
        filesWritten += 1
        if finished.count >= Self.finishedLimit { try publish() }
    }

    private mutating func publish() throws {
        for part in finished { try part.file.publish() }
        finished.removeAll()
    }

    /// Makes everything durable, and visible what is finished.
    ///
    /// - Parameters:
    ///   - endsBatch: Whether unfinished files end here.
    ///   - emptyHeader: What a single file begins with when there were no records at all.
    mutating func commit(endsBatch: Bool, isLast: Bool, emptyHeader: Bytes?) throws -> JSONValue {
        if isLast, !template.isNumbered, !template.isKeyed, parts.isEmpty, filesWritten == 0 {
            var part = PartFile(
                template.name(stream: stream.name, key: nil, number: 1), number: 1,
                try AsideFile(template.name(stream: stream.name, key: nil, number: 1)))
            part.gather(emptyHeader ?? Bytes(), records: 0)
            parts[""] = part
        }
        if isLast || (endsBatch && template.isNumbered) {
            for key in parts.keys.sorted() { try finish(key) }
        } else {
            try flushAll()
            for part in parts.values { try part.file.synchronize() }
        }
        try publish()
        if let manifest {
            try manifest.append(entries)
            if isLast {
                try removeStale(manifest)
                try manifest.publish()
                self.manifest = nil
            } else {
                try manifest.synchronize()
            }
        }
        entries.removeAll()
        var receipt = FilesReceipt()
        receipt.numbers = numbers
        receipt.filesWritten = filesWritten
        receipt.complete = complete
        receipt.manifestLength = manifest?.length ?? 0
        for (key, part) in parts {
            receipt.parts[key] = FilesReceipt.Part(part)
        }
        kept = Set(parts.values.map(\.name))
        return receipt.json
    }

    /// Removes files that an earlier run listed and that this one, replacing it, did not write again.
    private func removeStale(_ manifest: FileManifest) throws {
        guard options.load == .overwrite else { return }
        for entry in manifest.earlier where (numbers[entry.key] ?? 1) <= entry.number {
            unlink(template.name(stream: stream.name, key: entry.key.isEmpty ? nil : entry.key, number: entry.number))
        }
    }

    /// Ends writing; what the last commit does not know is removed, what it does is left for a later run.
    mutating func close() {
        for part in finished + Array(parts.values) {
            if kept.contains(part.name) { part.file.leave() } else { part.file.discard() }
        }
        if filesWritten > 0 || !kept.isEmpty { manifest?.leave() } else { manifest?.discard() }
        parts.removeAll()
        finished.removeAll()
    }
}
