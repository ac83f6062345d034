// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What one transfer of a link brings, as a stream of the engine: gathered from all inlets, processed, divided.
struct LinkStream: Stream {
    let link: Link
    let members: [LinkMember]
    /// The number of the transfer; nil takes the one after the last.
    let transfer: Int?
    let options: EngineOptions
    var meter: RunMeter
    /// What inlets that are no streams have found already; nil when they are still to be pulled.
    var pulls: [Int: Pull]?
    /// What the buffer lets go, instead of what the inlets bring.
    var released: [BufferedRecords.Release]?
    /// Points that must be met, because a destination was further than the others at one of them.
    private var goals: [Checkpoint] = []
    let description: StreamDescription

    init(
        _ link: Link, _ members: [LinkMember], transfer: Int?, options: EngineOptions,
        meter: RunMeter? = nil, pulls: [Int: Pull]? = nil, released: [BufferedRecords.Release]? = nil
    ) {
        self.link = link
        self.members = members
        self.transfer = transfer
        self.options = options
        self.meter = meter ?? RunMeter(flow: link.name)
        self.pulls = pulls
        self.released = released
        let streams = members.compactMap(\.stream)
        let only = members.count == 1 ? streams.first?.description : nil
        description = StreamDescription(
            only?.name ?? link.name, schema: link.metadataField == nil ? only?.schema : nil, keys: only?.keys ?? [],
            dividesBatches: true)
    }

    /// The same, with a checkpoint wherever a destination may have one already.
    func stopping(at goals: [Checkpoint], _ meter: RunMeter) -> LinkStream {
        var stream = self
        stream.goals = goals
        stream.meter = meter
        return stream
    }

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        let positions = try LinkPositions(checkpoint, link: link.name)
        return [
            [
                "transfer": .int(try goal() ?? transfer ?? positions.transfer + 1),
                "since": positions.checkpoint(link: link.name).value,
            ]
        ]
    }

    /// A transfer that was broken off is done again under its number.
    private func goal() throws -> Int? { try goals.first.map { try LinkPositions($0, link: link.name).transfer } }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        var start = try LinkPositions(batch["since"].map { Checkpoint($0) }, link: link.name)
        let number = batch["transfer"]?.intValue ?? start.transfer + 1
        start.transfer = number
        let sending = Sending(self, start, output)
        if let released {
            for release in released {
                for piece in release.pieces { try await sending.take(piece) }
                try await sending.send()
            }
        } else {
            let update = Update(link.name, tags: link.tags, transfer: number)
            let intake = LinkIntake(link: link, members: members, update: update, options: options, meter: meter)
            let pulls = if let pulls { pulls } else { try await intake.pull(since: start) }
            guard try await intake.run(since: start, pulls: pulls, deliver: { try await sending.take($0) }) else {
                try await sending.send()
                return
            }
        }
        try await sending.send()
        try await output.close(
            ["transfer": .int(number)], checkpoint: await sending.positions.checkpoint(link: link.name))
    }

    /// Gathers what comes in, and sends it divided.
    private actor Sending {
        private let stream: LinkStream
        private let output: BatchOutput
        private let limit: Int
        private(set) var positions: LinkPositions
        private var gathered = GatheredRecords()
        private var block = DividedBlock()
        /// Whether what is gathered ends where the inlets can go on.
        private var isAtPosition = false

        /// How many batches and bytes are sent as one block (I7).
        private static let batchesPerBlock = 512
        private static let bytesPerBlock = 512 << 10

        init(_ stream: LinkStream, _ start: LinkPositions, _ output: BatchOutput) {
            self.stream = stream
            self.output = output
            positions = start
            // What nobody wants to see as a whole goes on as it comes.
            let isWhole = !stream.link.batchers.isEmpty || stream.link.outlets.contains(where: \.isPush)
            limit = isWhole ? stream.link.gatherLimit : 0
        }

        func take(_ piece: LinkIntake.Piece) async throws {
            block.recordsRead += piece.recordsRead
            block.recordsDropped += piece.recordsDropped
            block.bytesRead += piece.bytesRead
            block.diagnostics.append(piece.diagnostics)
            if let batch = piece.batch {
                gathered.append(batch, &block.diagnostics)
                isAtPosition = false
            }
            if let positions = piece.positions {
                self.positions.inlets = positions.inlets
                isAtPosition = true
            }
            if let entry = piece.entry { count(piece, entry.number, entry.gone) }
            let isGoal =
                isAtPosition && !stream.goals.isEmpty
                && stream.goals.contains(positions.checkpoint(link: stream.link.name))
            if gathered.byteCount > limit || isGoal { try await send() }
        }

        /// Notes how much of the buffer is done with.
        private func count(_ piece: LinkIntake.Piece, _ number: Int, _ gone: Int?) {
            if gone == nil { positions.buffer = number }
            if stream.link.buffer?.file != nil {
                positions.skip = gone ?? 0
            } else if piece.positions != nil || piece.isPlaceless {
                positions.skip = 0
            } else {
                // The inlet will bring these again after its last position.
                positions.skip += piece.batch?.count ?? 0
            }
            isAtPosition = true
        }

        /// Sends what is gathered.
        func send() async throws {
            let whole = exchange()
            var block = block
            self.block = DividedBlock()
            // What a buffer lets go is committed as a whole, so that it knows what to forget.
            let checkpoint =
                isAtPosition && stream.released == nil ? positions.checkpoint(link: stream.link.name) : nil
            guard let whole else {
                if block.recordsRead > 0 || !block.diagnostics.isEmpty || checkpoint != nil {
                    block.checkpoint = checkpoint
                    try await output.write(block)
                }
                return
            }
            let parts = try whole.parts(by: stream.link.batchers, &block.diagnostics)
            let size = max(1, whole.byteCount / max(1, whole.count ?? 1))
            var next = 0
            repeat {
                let first = next
                var records = 0
                while next < parts.count, next - first < Sending.batchesPerBlock, records * size < Sending.bytesPerBlock
                {
                    records += parts[next].positions.count
                    next += 1
                }
                block.batch = whole
                block.parts = first == 0 && next == parts.count ? parts : Array(parts[first..<next])
                block.checkpoint = next == parts.count ? checkpoint : nil
                try await output.write(block)
                block = DividedBlock()
            } while next < parts.count
        }

        private func exchange() -> RecordBatch? {
            var others = GatheredRecords()
            swap(&others, &gathered)
            return others.take()
        }
    }
}
