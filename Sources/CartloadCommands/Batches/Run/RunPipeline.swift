// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore

/// The pipeline that a run works with; another one takes its place when it is gone or closed.
actor RunPipeline {
    /// A pipeline, and the how manieth it is.
    struct Current: Sendable {
        let pipeline: Pipeline
        let number: Int
    }

    /// How many pipelines one run may need (I7).
    private static let maximumReplacements = 50

    private let client: BatchesClient
    private let service: ServiceReference
    private let options: CreateOptions
    private let ledger: RunLedger
    private let window: RunWindow
    private var current: Current?
    private var making: Task<Current, any Error>?
    private var replacements = 0

    init(
        _ client: BatchesClient, _ service: ServiceReference, _ options: CreateOptions, _ ledger: RunLedger,
        _ window: RunWindow
    ) {
        self.client = client
        self.service = service
        self.options = options
        self.ledger = ledger
        self.window = window
    }

    /// Goes on with the pipeline of an earlier run, if it can be used.
    ///
    /// - Returns: What is said about it; nil when there is nothing to say.
    func resume() async throws -> String? {
        guard let id = ledger.current.pipeline else { return nil }
        let pipeline = client.batches.of(id)
        let status: PipelineStatus
        do {
            status = try await pipeline.getStatus()
        } catch let error as BatchesError where error.kind == .notFound {
            try forget()
            return "The server has forgotten pipeline \(id); another one takes what is missing."
        }
        let isOpen = ["created", "in_progress"].contains(status.batchStatus)
        guard status.batchStatus != "cancelled", isOpen || ledger.current.isAllPushed else {
            try forget()
            return "Pipeline \(id) is \(status.batchStatus); another one takes what is missing."
        }
        current = Current(pipeline: pipeline, number: 0)
        return nil
    }

    private func forget() throws {
        try ledger.change { state in
            state.pipeline = nil
            state.isAllPushed = false
        }
    }

    /// The pipeline, made when there is none.
    func get() async throws -> Current {
        if let making { return try await making.value }
        if let current { return current }
        return try await make(number: 0)
    }

    /// Another pipeline in place of one that takes no chunks or has no results any more; it gets every chunk that has no
    /// result.
    ///
    /// - Parameter old: What was in use; when it is in use no longer, nothing happens.
    func replace(_ old: Current) async throws {
        if let making {
            _ = try await making.value
            return
        }
        guard current?.number == old.number else { return }
        replacements += 1
        guard replacements <= RunPipeline.maximumReplacements else {
            throw CartloadError(
                .lostResults, "the server has lost \(replacements) pipelines of this run",
                advice: "Look at the server's log; the same command goes on from here.")
        }
        _ = try await make(number: old.number + 1)
    }

    private func make(number: Int) async throws -> Current {
        let task = Task { [client, service, options, ledger, window] in
            let info = try await client.batches.create(service, options)
            let pipeline = client.batches.of(info.id)
            let wasAllPushed = ledger.current.isAllPushed
            ledger.note { state in
                state.pipeline = info.id
                state.pipelineCount += 1
                state.isAllPushed = false
            }
            if number > 0 {
                for group in PushGroup.groups(window.unanswered) {
                    _ = try await pipeline.push(body: ChunkBody.push(group))
                }
            }
            if wasAllPushed {
                try ledger.change { $0.isAllPushed = true }
                try await pipeline.close()
            }
            return Current(pipeline: pipeline, number: number)
        }
        making = task
        defer { making = nil }
        let made = try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
        current = made
        return made
    }
}

/// Chunks that go in one request.
enum PushGroup {
    /// Bytes of chunks after which a request is full (I7).
    static let maximumBytes = 512 << 10
    static let maximumChunks = 64

    /// Chunks in groups of bounded size.
    static func groups(_ chunks: [RunChunk]) -> [[RunChunk]] {
        var groups: [[RunChunk]] = []
        var bytes = 0
        for chunk in chunks where chunk.recordCount > 0 {
            let isFull =
                groups.last.map { $0.count >= maximumChunks } ?? true || bytes + chunk.body.count > maximumBytes
            if isFull {
                groups.append([])
                bytes = 0
            }
            groups[groups.count - 1].append(chunk)
            bytes += chunk.body.count
        }
        return groups
    }
}
