// SPDX-License-Identifier: Apache-2.0

/// A stream whose records are Swift values: the easy way to a source of one's own.
///
/// Values are encoded as they are sent, and go on in blocks, so that memory does not grow with the stream (I7). With a field
/// to be ordered by, the stream is incremental: it has a checkpoint after each block, and a later run begins at the
/// greatest value of the run before, since more records of that value may have come up; those that are done are left out.
///
/// ```swift
/// ValueStream("readings", of: Reading.self, keys: ["station", "at"], orderedBy: "at") { start, send in
///     for reading in try await service.readings(since: start?.stringValue) { try await send(reading) }
/// }
/// ```
public struct ValueStream<Value: Encodable & Sendable>: IncrementalStream {
    /// Takes one value; waits while the stages behind are full, and throws `CancellationError` when the run ends.
    public typealias Send = (Value) async throws -> Void

    public let description: StreamDescription
    private let key: String?
    private let start: JSONValue?
    private let produce: @Sendable (JSONValue?, Send) async throws -> Void

    /// - Parameters:
    ///   - keys: The fields that identify a record.
    ///   - key: The field that values come in the order of; nil for streams that are read whole every time.
    ///   - schema: The types of the fields; by default they are found out from the records.
    ///   - read: Sends every value, on a thread of its own: it may block. It is given the value of the field to begin with,
    ///     nil for the beginning; smaller values may be sent, and are left out.
    public init(
        _ name: String, of type: Value.Type = Value.self, keys: [String] = [], orderedBy key: String? = nil,
        schema: Schema? = nil, read: @escaping @Sendable (_ start: JSONValue?, _ send: Send) async throws -> Void
    ) {
        description = StreamDescription(name, schema: schema, keys: keys)
        self.key = key
        start = nil
        produce = read
    }

    private init(_ stream: ValueStream, from start: JSONValue?) {
        description = stream.description
        key = stream.key
        produce = stream.produce
        self.start = start
    }

    // MARK: Batches

    public func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        guard key != nil else { return checkpoint == nil ? [.whole] : [] }
        if let checkpoint { return [BatchDescription(checkpoint.value.objectValue ?? JSONObject())] }
        return [BatchDescription(Progress(reached: start.flatMap(ReplicationValue.init)).json)]
    }

    public func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        var progress = Progress(batch.value)
        let start = progress.reached
        var known = progress.counts
        var block = Block(limit: output.blockSize, interval: output.recordInterval)
        try await produce(start?.json) { value in
            let record = try JSONObject(encoding: value)
            let text = JSONValue.object(record).description
            if let key {
                let value = try order(record, key)
                if let start, value < start { return }
                if let reached = progress.reached, value < reached {
                    throw outOfOrder(key, "\(value.json) comes after \(reached.json)")
                }
                let mark = Progress.mark(text)
                if value == start, let count = known[mark], count > 0 {
                    known[mark] = count - 1
                    return
                }
                progress.note(mark, value)
            }
            block.add(text)
            guard block.isFull else { return }
            let batch = block.take()
            try await output.write(
                batch, bytesRead: batch.byteCount, checkpoint: key == nil ? nil : progress.checkpoint)
        }
        if !block.isEmpty {
            let batch = block.take()
            try await output.write(batch, bytesRead: batch.byteCount)
        }
        try await output.close(batch, checkpoint: progress.checkpoint)
    }

    private func order(_ record: JSONObject, _ key: String) throws -> ReplicationValue {
        guard let value = ReplicationValue(record[key] ?? .null) else {
            throw outOfOrder(key, "a record has no number or text there")
        }
        return value
    }

    private func outOfOrder(_ key: String, _ what: String) -> CartloadError {
        CartloadError(
            .outOfOrder, "the stream \"\(description.name)\" is not in the order of \"\(key)\": \(what)",
            at: Location(field: key), advice: "Sort what is sent, or do not name a field to be ordered by.")
    }

    // MARK: Increments

    public var replicationKeys: [String] { key.map { [$0] } ?? [] }

    public var replicationKey: String? { key }

    public func incremental(by key: String, from start: JSONValue?) throws -> any IncrementalStream {
        guard key == self.key else {
            throw CartloadError(
                .outOfOrder, "the stream \"\(description.name)\" cannot be read in the order of \"\(key)\"",
                at: Location(field: key),
                advice: self.key.map { "It can be by \"\($0)\"." } ?? "Read all of it.")
        }
        return ValueStream(self, from: start)
    }

    public func replicationValue(at checkpoint: Checkpoint) -> JSONValue? {
        Progress(checkpoint.value.objectValue ?? JSONObject()).reached?.json
    }
}

/// How far a stream with an order got: the greatest value, and which of the records that have it are done.
private struct Progress {
    /// So many records of one value are remembered; more of them come again (I7).
    private static let limit = 100

    private(set) var reached: ReplicationValue?
    private var done: [String] = []

    init(reached: ReplicationValue?) { self.reached = reached }

    init(_ json: JSONObject) {
        reached = json["reached"].flatMap(ReplicationValue.init)
        done = json["done"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    var json: JSONObject {
        guard let reached else { return JSONObject() }
        var json = JSONObject([("reached", reached.json)])
        if !done.isEmpty { json["done"] = .array(done.map { .string($0) }) }
        return json
    }

    var checkpoint: Checkpoint { Checkpoint(.object(json)) }

    var counts: [String: Int] { done.reduce(into: [:]) { $0[$1, default: 0] += 1 } }

    mutating func note(_ mark: String, _ value: ReplicationValue) {
        if reached != value { done = [] }
        reached = value
        if done.count < Progress.limit { done.append(mark) }
    }

    /// Tells records apart: FNV-1a.
    static func mark(_ text: String) -> String {
        String(text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }, radix: 36)
    }
}

/// Records that are gathered until they are worth passing on.
private struct Block {
    let limit: Int
    let interval: Int?
    private var texts: [String] = []
    private var bytes = 0

    init(limit: Int, interval: Int?) {
        self.limit = limit
        self.interval = interval
    }

    var isEmpty: Bool { texts.isEmpty }

    var isFull: Bool { bytes >= limit || interval.map { texts.count >= $0 } ?? false }

    mutating func add(_ text: String) {
        bytes += text.utf8.count
        texts.append(text)
    }

    mutating func take() -> RecordBatch {
        defer {
            texts = []
            bytes = 0
        }
        return RecordBatch(.rows(Rows(texts)))
    }
}

extension CartloadError.Code {
    /// Records do not come in the order that was promised.
    public static let outOfOrder = CartloadError.Code("stream.out-of-order")
}
