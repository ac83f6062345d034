// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Sorts the messages of a block: records by stream, then the states and ends of streams among them.
///
/// Order within a stream is kept (I6); records of other streams may change places with them. A state comes after every
/// record that preceded it.
struct DestinationRouter {
    /// A stream with its records of the current block.
    private final class Slot {
        let stream: LoadedStream
        var places: [RowPlace] = []

        init(_ stream: LoadedStream) { self.stream = stream }
    }

    /// A stream's name and namespace as JSON text.
    private struct Spelling: Hashable {
        let name: Bytes
        let namespace: Bytes
    }

    private let slots: [StreamDescriptor: Slot]
    private var spellings: [Spelling: Slot] = [:]
    private var last: (spelling: Spelling, slot: Slot)?
    /// Slots with records of the current block, in the order in which the streams came.
    private var filled: [Slot] = []
    private let send: (DestinationPiece) async throws -> Void
    private let skip: (CartloadError) throws -> Void

    /// How many ways of writing names are remembered (I7).
    private static let maximumSpellings = 20_000

    /// - Parameters:
    ///   - send: Takes the pieces, in order.
    ///   - skip: Told about each message that is passed over.
    init(
        _ streams: [LoadedStream], send: @escaping (DestinationPiece) async throws -> Void,
        skip: @escaping (CartloadError) throws -> Void
    ) {
        slots = Dictionary(streams.map { ($0.descriptor, Slot($0)) }) { first, _ in first }
        self.send = send
        self.skip = skip
    }

    /// Passes on what a block of messages says.
    mutating func route(_ lines: MessageLines, origin: Location, hasTokens: Bool) async throws {
        var ends: [DestinationPiece] = []
        do {
            for number in 0..<lines.count {
                let message = lines.messages[number]
                switch message.kind {
                case .record:
                    if !addLike(message, lines) { try add(message, lines, origin) }
                case .state:
                    ends.append(
                        .state(Bytes(copying: lines.bytes, Int(message.line.start)..<Int(message.line.end))))
                default:
                    if let stream = completed(message, lines) { ends.append(.complete(stream)) }
                }
            }
        } catch {
            // What came before is good.
            try await flush(lines, origin, hasTokens)
            throw error
        }
        try await flush(lines, origin, hasTokens)
        for end in ends { try await send(end) }
    }

    /// Adds a record of the same stream as the one before it, as nearly all are; false for others.
    private mutating func addLike(_ message: MessageLines.Message, _ lines: MessageLines) -> Bool {
        guard let (spelling, slot) = last, lines.isObject(message.record), lines.has(spelling.name, at: message.stream),
            lines.has(spelling.namespace, at: message.namespace)
        else { return false }
        if slot.places.isEmpty { filled.append(slot) }
        slot.places.append(message.record)
        return true
    }

    private mutating func add(_ message: MessageLines.Message, _ lines: MessageLines, _ origin: Location) throws {
        guard lines.isObject(message.record), let name = lines.string(message.stream) else {
            return try skip(
                AirbyteFault.message("a RECORD without stream or data was passed over")
                    .located(lines.location(of: message, in: origin)))
        }
        let spelling = Spelling(
            name: Bytes(copying: lines.bytes, Int(message.stream.start)..<Int(message.stream.end)),
            namespace: Bytes(copying: lines.bytes, Int(message.namespace.start)..<Int(message.namespace.end)))
        let descriptor = StreamDescriptor(name, namespace: lines.string(message.namespace))
        guard let slot = spellings[spelling] ?? slots[descriptor] else {
            throw AirbyteFault.catalog(
                "there are records of \"\(descriptor)\", which it does not have",
                advice: "Give the catalog that the source was given."
            ).located(lines.location(of: message, in: origin))
        }
        if spellings.count < DestinationRouter.maximumSpellings { spellings[spelling] = slot }
        last = (spelling, slot)
        if slot.places.isEmpty { filled.append(slot) }
        slot.places.append(message.record)
    }

    /// The stream that a message says has ended well.
    private func completed(_ message: MessageLines.Message, _ lines: MessageLines) -> LoadedStream? {
        guard lines.string(message.type) == "TRACE", let json = try? JSONValue(parsing: lines[message.line]),
            let status = json["trace"]?["stream_status"],
            status["status"]?.stringValue == StreamStatus.complete.rawValue,
            let descriptor = StreamDescriptor(status["stream_descriptor"])
        else { return nil }
        return slots[descriptor]?.stream
    }

    private mutating func flush(_ lines: MessageLines, _ origin: Location, _ hasTokens: Bool) async throws {
        var bytesRead = lines.bytes.count
        var origin = origin
        origin.record = nil
        if hasTokens { origin.byte = nil }  // the records are copied
        for slot in filled {
            var diagnostics = Diagnostics()
            let rows = try lines.rows(slot.places, hasTokens: hasTokens, &diagnostics)
            slot.places.removeAll(keepingCapacity: true)
            try await send(
                .records(slot.stream, RecordBatch(.rows(rows), origin: origin), diagnostics, bytesRead: bytesRead))
            bytesRead = 0
        }
        filled.removeAll(keepingCapacity: true)
    }
}
