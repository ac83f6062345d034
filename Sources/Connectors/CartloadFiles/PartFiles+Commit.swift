// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Glibc

extension PartFiles {
    /// Writes what a file gathered; with more files than may be open, each is closed between writes (I7).
    mutating func flush(_ key: String) throws {
        guard let part = parts[key], part.gatheredCount > 0 else { return }
        gathered -= part.gatheredCount
        try parts[key]?.flush(compressor)
        if parts.count > options.maximumOpenFiles { part.file.suspend() }
    }

    mutating func flushAll() throws {
        for key in parts.keys { try flush(key) }
    }

    /// Ends a file, so that the next commit makes it visible.
    mutating func finish(_ key: String) throws {
        try flush(key)
        guard let part = parts.removeValue(forKey: key) else { return }
        // As many can be finished between two commits as there are batches; a descriptor each would be too many. Those that
        // stay open keep their lock, by which others know that somebody writes them.
        if parts.count + finished.count >= options.maximumOpenFiles { part.file.suspend() }
        numbers[key] = part.number + 1
        // What is added to a file is no file more.
        if !isAdding || extendable[key] == nil { filesWritten += 1 }
        if !template.isNumbered { extendable[key] = part.receipt(isFinished: true) }
        finished.append(part)
        entries.append(
            FileManifest.Entry(
                name: Folder.split(part.name).name, key: key, number: part.number, records: part.records,
                bytes: part.bytes, stored: part.file.length))
    }

    /// Makes everything durable, and visible what is finished.
    ///
    /// - Parameters:
    ///   - endsBatch: Whether unfinished files end here.
    ///   - emptyHeader: What a single file begins with when there were no records at all.
    mutating func commit(endsBatch: Bool, isLast: Bool, emptyHeader: Bytes?) throws -> JSONValue {
        if isLast, isSingle { try beginEmpty(emptyHeader) }
        if isLast || isAdding || (endsBatch && template.isNumbered) {
            for key in parts.keys.sorted() { try finish(key) }
        } else {
            try flushAll()
        }
        // The list is durable before any of its files is visible: a run that goes on from an earlier commit so knows
        // which files it has to take back.
        try manifest?.append(entries)
        try AsideFile.synchronize((parts.values + finished).map(\.file) + (manifest.map { [$0.file] } ?? []))
        try publish()
        if isAdding, !isSingle {
            try FileManifest.add(entries, in: Folder.split(name("", 1)).parent, stream: stream.name)
        }
        entries.removeAll()
        if isLast, let manifest {
            removeStale(manifest)
            try manifest.publish()
        }
        hasReceipt = true
        kept = Set(parts.values.map(\.name))
        return receipt.json
    }

    /// A stream without records makes an empty file, unless one with records is there to stay.
    private mutating func beginEmpty(_ header: Bytes?) throws {
        let name = name("", 1)
        guard parts.isEmpty, filesWritten == 0, options.load == .overwrite || access(name, F_OK) != 0 else { return }
        var part = PartFile(name, number: 1, try AsideFile(name))
        part.gather(header ?? Bytes(), records: 0)
        parts[""] = part
    }

    private mutating func publish() throws {
        if isAdding, !template.isNumbered {
            try AsideFile.add(finished.map(\.file))
        } else {
            try AsideFile.publish(finished.map(\.file))
        }
        finished.removeAll()
    }

    private var receipt: FilesReceipt {
        var receipt = FilesReceipt()
        receipt.numbers = numbers
        receipt.filesWritten = filesWritten
        receipt.manifestLength = manifest?.length ?? 0
        receipt.keys = keys
        receipt.parts = extendable
        for (key, part) in parts { receipt.parts[key] = part.receipt(isFinished: false) }
        return receipt
    }

    /// Removes files that an earlier run listed, or one that was not completed, and that this one did not write again.
    private func removeStale(_ manifest: FileManifest) {
        let replaced = options.load == .overwrite ? manifest.earlier : []
        for entry in replaced + manifest.abandoned where (numbers[entry.key] ?? 1) <= entry.number {
            let name = name(entry.key, entry.number)
            if Folder.split(name).name == entry.name { unlink(name) }
        }
    }

    /// Ends writing; what the last commit does not know is removed, what it does is left for a later run.
    mutating func close() {
        for part in finished + Array(parts.values) {
            if kept.contains(part.name) { part.file.leave() } else { part.file.discard() }
        }
        if hasReceipt { manifest?.leave() } else { manifest?.discard() }
        parts.removeAll()
        finished.removeAll()
    }
}
