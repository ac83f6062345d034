// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Which batches of a ``ComposableStream`` are done: all up to a point, and some after it.
///
/// A pure value. Batches are begun in their order and end in any; the point moves on when all before it are done. What is
/// kept after it is bounded (I7): a batch is not begun while the oldest open one lies too far back.
struct BatchLedger: Sendable {
    /// How far batches may be begun ahead of the oldest that is not done. Each costs 17 bytes of a checkpoint.
    static let reach = 128
    /// How many batches may be skipped before a run gives up.
    static let maximumSkipped = 100

    private enum State {
        case open
        /// Begun, and as far as the stream said last.
        case reached(JSONValue)
        case done
    }

    private struct Entry {
        let name: String
        let batch: BatchDescription
        var state: State
    }

    private let stream: any ComposableStream
    /// Where the stream is up to the first entry that is not done, as the stream itself says it.
    var base: Checkpoint?
    private var entries: [Entry] = []
    /// The batches that were done last, to notice that one comes again.
    private var recent: [String] = []
    /// Batches that an earlier run had done, or had begun, after the point that it reached.
    private var earlier: [String: JSONValue?] = [:]
    /// Batches that were given up, to be tried again by the next run; the point has moved past them.
    private(set) var skipped: [BatchDescription] = []
    /// How far those have come that are being tried again.
    private var retried: [String: JSONValue] = [:]

    /// Reads a checkpoint that a ledger wrote, or the stream itself before its batches composed.
    ///
    /// - Throws: `CartloadError` with code `source.checkpoint` for anything else.
    init(_ stream: any ComposableStream, since checkpoint: Checkpoint?) throws {
        self.stream = stream
        guard let value = checkpoint?.value else { return }
        if let object = value.objectValue, object["composed"] == nil {
            // From a version that read one batch after another: the stream knows its own, and refuses others'.
            base = checkpoint
            return
        }
        guard let object = value.objectValue, object["composed"] == 1 else {
            throw CartloadError(
                .sourceCheckpoint, "the checkpoint of \"\(stream.description.name)\" is of another kind or version",
                advice: "Start over with --fresh, or with the version that wrote it.")
        }
        base = object["up_to"].flatMap { $0.isNull ? nil : Checkpoint($0) }
        for name in object["done"]?.arrayValue ?? [] {
            if let name = name.stringValue { earlier[name] = .some(nil) }
        }
        for (name, place) in object["open"]?.objectValue?.members ?? [] { earlier[name] = place }
        skipped = (object["skipped"]?.arrayValue ?? []).compactMap { $0.objectValue.map { BatchDescription($0) } }
    }

    /// Begins a batch that an earlier run gave up; it stays among the skipped until it is done.
    mutating func retry(_ batch: BatchDescription) -> BatchDescription {
        let place = earlier.removeValue(forKey: BatchLedger.name(of: batch)).flatMap { $0 }
        if let place { retried[BatchLedger.name(of: batch)] = place }
        return BatchDescription(batch.value, resume: place)
    }

    /// How many of the stream's batches an earlier run has not done.
    func left(of batches: [BatchDescription]) -> Int {
        let done = Set(earlier.filter { $0.value == nil }.keys)
        return skipped.count + batches.count { !done.contains(BatchLedger.name(of: $0)) }
    }

    /// Whether another batch may be begun.
    var hasRoom: Bool { entries.count < BatchLedger.reach }

    /// Begins the next batch.
    ///
    /// - Returns: The batch with the place to resume at; nil when an earlier run has done it.
    /// - Throws: `CartloadError` with code `source.duplicate-batch` for one that is open already or has just been.
    mutating func begin(_ batch: BatchDescription) throws -> BatchDescription? {
        let name = BatchLedger.name(of: batch)
        guard !entries.contains(where: { $0.name == name }), !recent.contains(name) else {
            throw CartloadError(
                .duplicateBatch, "\"\(stream.description.name)\" has two batches with the same description: \(batch)",
                advice: "Descriptions tell batches apart; put something into them that differs.")
        }
        guard let known = earlier.removeValue(forKey: name) else {
            entries.append(Entry(name: name, batch: batch, state: .open))
            return batch
        }
        guard let place = known else {
            entries.append(Entry(name: name, batch: batch, state: .done))
            try advance()
            return nil
        }
        entries.append(Entry(name: name, batch: batch, state: .reached(place)))
        return BatchDescription(batch.value, resume: place)
    }

    /// A place inside an open batch has been reached.
    mutating func reach(_ batch: BatchDescription, _ place: JSONValue) {
        if let index = index(of: batch) {
            entries[index].state = .reached(place)
        } else {
            retried[BatchLedger.name(of: batch)] = place
        }
    }

    /// A batch is done.
    mutating func close(_ batch: BatchDescription) throws {
        guard let index = index(of: batch) else {
            retried[BatchLedger.name(of: batch)] = nil
            skipped.removeAll { $0.value == batch.value }
            return
        }
        entries[index].state = .done
        try advance()
    }

    /// A batch is given up; the point moves past it, and the checkpoint remembers it.
    mutating func skip(_ batch: BatchDescription) throws {
        guard index(of: batch) != nil else { return }  // it was among them already
        skipped.append(BatchDescription(batch.value))
        guard skipped.count <= BatchLedger.maximumSkipped else {
            throw CartloadError(
                .tooManySkipped,
                "more than \(BatchLedger.maximumSkipped) batches of \"\(stream.description.name)\" failed",
                advice: "Something is wrong with all of them; look at the first failure.")
        }
        try close(batch)
    }

    private func index(of batch: BatchDescription) -> Int? {
        let name = BatchLedger.name(of: batch)
        return entries.firstIndex { $0.name == name }
    }

    private mutating func advance() throws {
        var count = 0
        for entry in entries {
            guard case .done = entry.state else { break }
            base = try stream.checkpoint(after: entry.batch, since: base)
            count += 1
        }
        recent += entries.prefix(count).map(\.name)
        recent.removeFirst(max(0, recent.count - BatchLedger.reach))
        entries.removeFirst(count)
    }

    /// What a later run needs.
    var checkpoint: Checkpoint {
        var object = JSONObject([("composed", 1), ("up_to", base?.value ?? .null)])
        var done: [JSONValue] = []
        var open = JSONObject()
        for entry in entries {
            switch entry.state {
            case .open: break
            case .done: done.append(.string(entry.name))
            case .reached(let place): open[entry.name] = place
            }
        }
        for (name, place) in retried.sorted(by: { $0.key < $1.key }) { open[name] = place }
        // Those that this run has not come to yet.
        for (name, place) in earlier.sorted(by: { $0.key < $1.key }) {
            if let place { open[name] = place } else { done.append(.string(name)) }
        }
        if !done.isEmpty { object["done"] = .array(done) }
        if !open.isEmpty { object["open"] = .object(open) }
        if !skipped.isEmpty { object["skipped"] = .array(skipped.map { .object($0.value) }) }
        return Checkpoint(.object(object))
    }

    /// Everything has been offered: what an earlier run knew of and no longer exists is forgotten.
    ///
    /// - Returns: Where the stream is then, if there was such; nil when nothing changed.
    mutating func finish() -> Checkpoint? {
        if earlier.isEmpty { return nil }
        earlier = [:]
        return checkpoint
    }

    /// What a batch is called in checkpoints: a checksum of its description, 64 bits of FNV-1a.
    static func name(of batch: BatchDescription) -> String {
        let text = JSONValue.object(batch.value).description
        let sum = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(sum, radix: 36)
    }
}

extension Checkpoint {
    /// Where the stream itself says it is: without what a ledger keeps around that; nil at the stream's beginning.
    package var ofStream: Checkpoint? {
        guard value["composed"] != nil, let base = value["up_to"] else { return self }
        return base.isNull ? nil : Checkpoint(base)
    }
}

extension CartloadError.Code {
    /// A checkpoint is of another kind, version or stream.
    public static let sourceCheckpoint = CartloadError.Code("source.checkpoint")
    /// Two batches of a stream have the same description.
    public static let duplicateBatch = CartloadError.Code("source.duplicate-batch")
    /// Too many batches were given up.
    public static let tooManySkipped = CartloadError.Code("source.too-many-skipped")
    /// A batch took longer than allowed.
    public static let batchTimeout = CartloadError.Code("source.batch-timeout")
}
