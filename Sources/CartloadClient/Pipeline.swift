// SPDX-License-Identifier: Apache-2.0

public import CartloadAPI
public import CartloadCore
internal import Synchronization

/// A handle on an open pipeline: push chunks, pull results, close it.
///
/// The handle remembers what went through it; what other handles do, ``getStatus(after:wait:)`` tells.
public final class Pipeline: Sendable {
    /// What this handle knows of its pipeline.
    public enum State: String, Sendable, Hashable { case open, closed, cancelled }

    /// What became of a chunk whose id was pushed before through this handle.
    public enum DuplicateHandling: Sendable, Hashable {
        /// It gets another id.
        case replace
        /// It is left out.
        case ignore
        /// The push fails.
        case `throw`
    }

    /// How many ids a handle remembers (I7); the server knows the others.
    private static let rememberedChunks = 100_000

    private struct Memory {
        var state = State.open
        var ids: Set<String> = []
        var chunks = 0
        var records = 0

        /// Takes back what was not pushed after all.
        mutating func forget(_ assessed: [Chunk]) {
            for chunk in assessed {
                ids.remove(chunk.id)
                chunks -= 1
                records -= chunk.recordCount
            }
        }
    }

    public let id: String
    let exchange: Exchange
    private let memory = Mutex(Memory())

    init(_ id: String, _ exchange: Exchange) {
        self.id = id
        self.exchange = exchange
    }

    public var state: State { memory.withLock { $0.state } }

    /// How many chunks and records were pushed through this handle.
    public var stats: (chunks: Int, records: Int) {
        memory.withLock { ($0.chunks, $0.records) }
    }

    private var path: String { "batch/\(id.pathPart)" }

    /// Service, configuration, and what was done so far.
    public func getInfo() async throws -> PipelineInfo {
        try PipelineInfo(answer: try await exchange.send("GET", path))
    }

    /// How far it is.
    ///
    /// - Parameters:
    ///   - wait: How long the server may wait for a change before it answers; only servers of ours do.
    public func getStatus(wait: Duration? = nil) async throws -> PipelineStatus {
        let query = wait.map { "?wait=\($0.wireSeconds)" } ?? ""
        return try PipelineStatus(answer: try await exchange.send("GET", "\(path)/status\(query)"))
    }

    // MARK: Pushing

    /// Pushes chunks.
    ///
    /// A push that is repeated because its answer was lost brings nothing twice: chunks keep their ids.
    public func push(_ chunks: [Chunk], ifDuplicated: DuplicateHandling = .replace) async throws -> PipelineStatus {
        let assessed = try assess(chunks, ifDuplicated)
        let body = JSONValue.object(JSONObject([("chunks", .array(assessed.map(\.json)))]))
        do {
            return try await push(body: Bytes(body.description))
        } catch {
            memory.withLock { $0.forget(assessed) }
            throw error
        }
    }

    /// Pushes records: objects, or rows below a row of names.
    ///
    /// - Parameter chunkSize: How many records a chunk has.
    public func push(inputs: [JSONValue], chunkSize: Int = Chunk.usualSize) async throws -> PipelineStatus {
        let chunks = Chunk.dividing(inputs, size: chunkSize)
        guard !chunks.isEmpty else { throw BatchesError(.configuration, "there are no records to push") }
        return try await push(chunks)
    }

    /// Pushes values of a type of yours.
    public func push(records: [some Encodable], chunkSize: Int = Chunk.usualSize) async throws -> PipelineStatus {
        try await push(inputs: try records.map { try JSONValue(encoding: $0) }, chunkSize: chunkSize)
    }

    /// Pushes records in one chunk, with parameters and a summary.
    public func push(
        data inputs: [JSONValue], parameters: JSONObject? = nil, summary: Chunk.Summary? = nil
    ) async throws -> PipelineStatus {
        try await push([Chunk(inputs: inputs, parameters: parameters, summary: summary)])
    }

    /// Pushes chunks as JSON text: `{"chunks": […]}`, or the list alone.
    public func push(raw: String) async throws -> PipelineStatus {
        guard let value = try? JSONValue(parsing: raw) else {
            throw BatchesError(.configuration, "the text is not JSON")
        }
        let list = value["chunks"]?.arrayValue ?? value.arrayValue
        guard let list else { throw BatchesError(.configuration, "the text has no list of chunks") }
        let chunks = list.map { element in
            var object = element.objectValue ?? JSONObject()
            if object["id"]?.stringValue?.isEmpty ?? true { object["id"] = .string(UniqueText.uuid()) }
            return JSONValue.object(object)
        }
        return try await push(body: Bytes(JSONValue.object(JSONObject([("chunks", .array(chunks))])).description))
    }

    /// Sends a push as it is; the text must have an id in every chunk, or a repeat could bring them twice.
    package func push(body: Bytes, maximumRetries: Int? = nil) async throws -> PipelineStatus {
        try check([.closed, .cancelled])
        return try PipelineStatus(
            answer: try await exchange.send("POST", "\(path)/chunks", body: body, maximumRetries: maximumRetries))
    }

    /// Gives chunks their ids and remembers them.
    private func assess(_ chunks: [Chunk], _ handling: DuplicateHandling) throws -> [Chunk] {
        try memory.withLock { memory in
            var assessed: [Chunk] = []
            for var chunk in chunks {
                if chunk.id.isEmpty { chunk.id = UniqueText.uuid() }
                if memory.ids.contains(chunk.id) {
                    switch handling {
                    case .ignore: continue
                    case .throw:
                        memory.forget(assessed)
                        throw BatchesError(.duplicateChunk, "the chunk \"\(chunk.id)\" was pushed before")
                    case .replace: chunk.id = UniqueText.uuid()
                    }
                }
                if memory.ids.count < Pipeline.rememberedChunks { memory.ids.insert(chunk.id) }
                memory.chunks += 1
                memory.records += chunk.recordCount
                assessed.append(chunk)
            }
            return assessed
        }
    }

    // MARK: Pulling

    /// Takes results out.
    ///
    /// Without a lease they are gone from the server with the answer, even when the answer is lost: then the request is not
    /// repeated, and fails.
    ///
    /// - Parameters:
    ///   - max: How many chunks at most; a server gives 100.
    ///   - lease: For how long they are only lent, until ``acknowledge(_:)``; only servers of ours do.
    ///   - wait: How long the server may wait until there are some; only servers of ours do.
    public func pull(max: Int = 100, lease: Duration? = nil, wait: Duration? = nil) async throws -> PulledResults {
        try check([.cancelled])
        var query = "max=\(Swift.max(1, max))"
        if let lease { query += "&lease=\(lease.wireSeconds)" }
        if let wait { query += "&wait=\(wait.wireSeconds)" }
        let answer = try await exchange.send(
            "GET", "\(path)/chunkresults?\(query)", isRepeatable: lease != nil)
        return try PulledResults(answer)
    }

    /// Takes for good what a pull has lent.
    public func acknowledge(_ pulled: PulledResults) async throws {
        guard let lease = pulled.lease else { return }
        do {
            try await acknowledge(.lease(lease))
        } catch let error as BatchesError where error.code == "LEASE_EXPIRED" {
            // The answer was lost, the server was restarted, or it took too long; by their ids it works as long as nobody
            // else has them now.
            try await acknowledge(.chunks(pulled.ids))
        }
    }

    /// Takes chunks for good by their ids: those that are lent under one of the leases, and those that nobody has now.
    ///
    /// - Parameter maximumRetries: How often it is tried again; nil as the client's options say.
    /// - Throws: ``BatchesError`` with code `CHUNK_LENT` when one is lent under another lease; then none of its request is
    ///   taken.
    package func acknowledge(chunks ids: [String], leases: [String] = [], maximumRetries: Int? = nil) async throws {
        var rest = ids[...]
        while !rest.isEmpty {
            let part = rest.prefix(AcknowledgeRequest.maximumChunks)
            rest = rest.dropFirst(part.count)
            let body = Bytes(AcknowledgeRequest.chunks(Array(part), leases: leases).json.description)
            _ = try await exchange.send("POST", "\(path)/ack", body: body, maximumRetries: maximumRetries)
        }
    }

    private func acknowledge(_ request: AcknowledgeRequest) async throws {
        _ = try await exchange.send("POST", "\(path)/ack", body: Bytes(request.json.description))
    }

    // MARK: Ending

    /// Closes it: what was pushed runs to its end and can be pulled. One that has ended already is left as it is.
    @discardableResult
    public func close() async throws -> PipelineInfo { try await end(EndRequest(.closed), .closed) }

    /// Cancels it: what is not pulled is discarded.
    ///
    /// - Parameter keepsCompleted: Whether finished results stay; only servers of ours do that.
    @discardableResult
    public func cancel(keepsCompleted: Bool = false) async throws -> PipelineInfo {
        try await end(EndRequest(.cancelled, keepsCompleted: keepsCompleted), .cancelled)
    }

    private func end(_ request: EndRequest, _ state: State) async throws -> PipelineInfo {
        // Unlike the vendor's clients: a closed pipeline can still be cancelled.
        try check(state == .closed ? [.closed, .cancelled] : [.cancelled])
        let info: PipelineInfo
        do {
            info = try PipelineInfo(
                answer: try await exchange.send("PATCH", path, body: Bytes(request.json.description)))
        } catch let error as BatchesError where error.kind == .conflict {
            // The request may have come twice, its first answer lost, and the pipeline has ended by now as it was told to.
            info = try await getInfo()
            guard (info.batchStatus == "cancelled") == (state == .cancelled) else { throw error }
        }
        memory.withLock { $0.state = state }
        return info
    }

    private func check(_ states: [State]) throws {
        let state = state
        if states.contains(state) {
            throw BatchesError(.notOpen, "the pipeline \(id) is already \(state.rawValue)")
        }
    }
}

extension PipelineStatus {
    init(answer: Bytes) throws {
        guard let status = PipelineStatus(try answer.json()) else {
            throw BatchesError(.badAnswer, "the answer is no status of a batch")
        }
        self = status
    }
}

extension Duration {
    /// As a query has it.
    fileprivate var wireSeconds: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        return milliseconds % 1000 == 0 ? String(milliseconds / 1000) : "\(Double(milliseconds) / 1000)"
    }
}
