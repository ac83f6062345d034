// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage
internal import Glibc

/// The files of one stream: those being written, by key, and those that become visible with the next commit.
struct PartFiles {
    /// A file's gathered bytes are written when there are this many, and all files' when there are `gatherLimit` (I7).
    static let gatherSize = 128 << 10
    static let gatherLimit = 16 << 20

    let options: FilesDestinationOptions
    let stream: DestinationStream
    let template: FileNameTemplate
    let compressor: BlockCompressor
    private let claims: NameClaims
    /// Whether each commit adds to what readers see, so that it holds without a receipt.
    let isAdding: Bool

    /// The next file's number by key component.
    var numbers: [String: Int] = [:]
    var parts: [String: PartFile] = [:]
    /// Complete files that the next commit makes visible.
    var finished: [PartFile] = []
    /// What the next commit adds to the manifest.
    var entries: [FileManifest.Entry] = []
    var manifest: FileManifest?
    /// The names of unfinished files in the last receipt: a later run goes on with them.
    var kept: Set<String> = []
    /// Finished files whose names have no number, by key component: more records are added to them.
    var extendable: [String: FilesReceipt.Part] = [:]
    /// Whether a later run has a receipt to go on from.
    var hasReceipt = false
    /// How many bytes all files gather.
    var gathered = 0
    var filesWritten = 0
    private(set) var keys: [String: BatchKey] = [:]

    init(
        _ options: FilesDestinationOptions, _ stream: DestinationStream, _ template: FileNameTemplate,
        _ compressor: BlockCompressor, _ claims: NameClaims, isAdding: Bool
    ) throws {
        self.claims = claims
        self.isAdding = isAdding
        self.options = options
        self.stream = stream
        self.template = template
        self.compressor = compressor
        let folder = Folder.split(template.name(stream: stream.name, key: "", number: 1)).parent
        if folder != "." { try Folder.create(folder) }
        let receipt = try stream.receipt.map { try FilesReceipt($0) }
        if isSingle {
            try AsideFile.completeAddition(to: name("", 1))
            if isAdding { AsideFile.removeAbandoned(name("", 1)) }
        } else if isAdding {
            goOn(after: try FileManifest.listed(in: folder, stream: stream.name))
            if !template.isKeyed { AsideFile.removeAbandoned(name("", nextFree(""))) }
        } else {
            manifest = try FileManifest(
                folder: folder, stream: stream.name, keeps: options.load == .append,
                resumingAt: receipt.map(\.manifestLength))
        }
        if let receipt {
            try resume(receipt)
        } else if options.load == .append {
            goOn(after: manifest?.earlier ?? [])
        }
    }

    /// Whether everything goes into one file, which needs no manifest.
    var isSingle: Bool { !template.isNumbered && !template.isKeyed }

    func name(_ key: String, _ number: Int) -> String {
        template.name(stream: stream.name, key: key.isEmpty ? nil : key, number: number)
    }

    private mutating func resume(_ receipt: FilesReceipt) throws {
        hasReceipt = true
        numbers = receipt.numbers
        filesWritten = receipt.filesWritten
        keys = receipt.keys
        for (key, saved) in receipt.parts {
            guard !saved.isFinished else {
                extendable[key] = saved
                continue
            }
            // It was finished and renamed after the commit that is resumed from: it is unfinished again.
            let aside = AsideFile.asidePath(for: saved.name)
            if access(aside, F_OK) != 0 { rename(saved.name, aside) }
            var part = PartFile(
                saved.name, number: saved.number, try AsideFile(saved.name, resumingAt: saved.length))
            part.continue(from: saved)
            if receipt.parts.count > options.maximumOpenFiles { part.file.suspend() }
            parts[key] = part
            kept.insert(saved.name)
        }
        // Other files that became visible after that commit come again.
        for entry in manifest?.abandoned ?? [] where template.isNumbered {
            guard entry.number >= numbers[entry.key] ?? 1 else { continue }
            let name = name(entry.key, entry.number)
            if Folder.split(name).name == entry.name, !kept.contains(name) { unlink(name) }
        }
    }

    /// Goes on after what is there: numbers after the highest, a file without a number with its content.
    private mutating func goOn(after earlier: [FileManifest.Entry]) {
        for entry in earlier where template.isNumbered {
            numbers[entry.key] = max(numbers[entry.key] ?? 1, entry.number + 1)
        }
    }

    /// The next number that no file has: a run that died may have made more than the list says.
    private func nextFree(_ key: String) -> Int {
        var number = numbers[key] ?? 1
        while access(name(key, number), F_OK) == 0 { number += 1 }
        return number
    }

    /// The path component of a key; keys that look alike are told apart in the order in which they came.
    mutating func component(of key: BatchKey?) -> String {
        guard let key, template.isKeyed else { return "" }
        let base = FileNameTemplate.component(key)
        guard FileNameTemplate.isAmbiguous(key, base) else { return base }
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
        if let part = parts[key] { return part }
        let number = isAdding && template.isNumbered ? nextFree(key) : template.isNumbered ? numbers[key] ?? 1 : 1
        let name = name(key, number)
        if template.isKeyed, template.isByStream { try claims.claim(self.name(key, 1), for: stream.name) }
        if template.isKeyed { try Folder.create(Folder.split(name).parent) }
        var part = PartFile(name, number: number, try AsideFile(name))
        do {
            if try template.isNumbered || !extend(&part, key) {
                part.fields = fields
                if let fields, let header = encoder.header(fields) { part.gather(header, records: 0) }
            }
        } catch {
            part.file.discard()
            throw error
        }
        // From here on a failure finds it, and removes it when nothing of it was committed.
        parts[key] = part
        gathered += part.gatheredCount
        return part
    }

    /// Begins a file with what the visible one of its name has, if that is to be kept; a reader sees that one meanwhile.
    private mutating func extend(_ part: inout PartFile, _ key: String) throws -> Bool {
        try AsideFile.completeAddition(to: part.name)
        // Someone may have taken it away, which is no loss of ours.
        guard access(part.name, F_OK) == 0 else { return false }
        if let saved = extendable[key] {
            guard !isAdding else {
                part.fields = saved.fields
                return true
            }
            try part.file.copy(saved.length, of: part.name)
            part.continue(from: saved)
            return true
        }
        guard options.load == .append else { return false }
        if options.chosenFormat != .jsonl {
            guard try FileReader(path: part.name).byteCount != 0 else { return false }
            guard let columns = try options.columns(of: part.name) else {
                throw CartloadError(
                    .fileTemplate, "records cannot be appended to a single file whose columns nothing tells",
                    at: Location(source: part.name), advice: "Use a folder, load: overwrite, or a header.")
            }
            part.fields = columns
        }
        if !isAdding { try part.file.copy(nil, of: part.name) }
        if options.chosenCompression == .none, try FileReader.endsInsideLine(part.name) {
            part.gather(Bytes("\n"), records: 0)
        }
        return true
    }

    /// Takes back a file that was written to.
    mutating func put(_ part: PartFile, _ key: String, isFull: Bool) throws {
        gathered += part.gatheredCount - (parts[key]?.gatheredCount ?? 0)
        parts[key] = part
        if part.gatheredCount >= Self.gatherSize { try flush(key) }
        if parts.count > options.maximumOpenFiles { part.file.suspend() }
        if isFull { try finish(key) }
        if gathered > Self.gatherLimit { try flushAll() }
    }
}
