// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// Reads one batch, page by page; between two pages it can be resumed.
struct BatchReading: Sendable {
    private let stream: APIStream
    private let batch: BatchDescription
    private let scope: TemplateScope
    private let window: WindowCheck?
    private let additions: RecordAdditions?

    init(_ stream: APIStream, _ batch: BatchDescription, _ partition: Partition) throws {
        self.stream = stream
        self.batch = batch
        var members = batch.value
        members["parent"] = nil
        let definition = stream.definition
        if let windows = definition.windows {
            let window = try TimeWindow(batch)
            members["last"] = .string(window.last(precision: windows.precision).description)
            self.window = windows.field.map {
                WindowCheck(window, field: $0, form: windows.form, drops: windows.dropsOutside)
            }
        } else {
            if let to = members["to"]?.intValue { members["last"] = .int(to - 1) }
            window = nil
        }
        scope = stream.exchange.scope.with(members, parent: partition.members)
        additions = definition.additions.isEmpty ? nil : try RecordAdditions(definition.additions, in: scope)
    }

    /// A page of records, and where to go on after it, if there is more.
    struct Page: Sendable {
        let blocks: [RecordBatch]
        let diagnostics: Diagnostics
        let byteCount: Int
        let next: JSONValue?
    }

    func run(into output: BatchOutput) async throws {
        var pages = try Pages(self, resume: batch.resume)
        while let page = try await pages.next(blockSize: output.blockSize) {
            // Diagnostics go with the first block and the checkpoint with the last, so there is always one.
            let blocks =
                page.blocks.isEmpty && !page.diagnostics.isEmpty ? [RecordBatch(.rows(Rows([])))] : page.blocks
            for (index, block) in blocks.enumerated() {
                let isLast = index == blocks.count - 1
                try await output.write(
                    block, bytesRead: index == 0 ? page.byteCount : 0,
                    checkpoint: isLast ? page.next.map { Checkpoint($0) } : nil,
                    diagnostics: index == 0 ? page.diagnostics : Diagnostics())
            }
        }
    }

    /// The pages of the batch, one request each.
    struct Pages {
        private let reading: BatchReading
        private var pager: Pager
        private var isOver = false
        private var resets = 0

        /// How often pages may be begun again (I7).
        private static let maximumResets = 3

        init(_ reading: BatchReading, resume: JSONValue? = nil) throws {
            self.reading = reading
            pager = try Pager(reading.stream.definition.paging, resume: resume)
        }

        mutating func next(blockSize: Int) async throws -> Page? {
            if isOver { return nil }
            let stream = reading.stream
            var warnings = Diagnostics()
            while true {
                let answer = try await stream.exchange.page(stream.definition, reading.scope, pager)
                switch answer.kind {
                case .nothing:
                    isOver = true
                    return nil
                case .reset:
                    resets += 1
                    guard resets <= Pages.maximumResets else {
                        throw CartloadError(
                            .apiPages, "the API has \(resets) times not known a page that it had named",
                            at: Location(source: answer.response.head.url.description),
                            advice: "Make batches smaller, so that pages are read sooner.")
                    }
                    warnings.warn(.apiPagesReset)
                    pager.reset()
                case .page: return try page(answer, warnings, blockSize)
                }
            }
        }

        private mutating func page(_ answer: Answer, _ warnings: Diagnostics, _ blockSize: Int) throws -> Page {
            var records = try PageRecords(answer, reading.stream.definition.records, blockSize: blockSize)
            records.diagnostics.append(warnings)
            let count = records.count
            if let additions = reading.additions { try additions.add(to: &records) }
            if let window = reading.window { try window.check(&records) }
            let hasMore = try pager.advance(
                Pager.Page(
                    recordCount: count, headers: answer.response.headers,
                    source: answer.response.head.url.description, sum: answer.response.body.hashValue,
                    values: answer.values, url: reading.stream.exchange.unsigned(answer.url)))
            isOver = !hasMore
            return Page(
                blocks: records.blocks, diagnostics: records.diagnostics, byteCount: answer.response.body.count,
                // A literal nil would be the JSON null.
                next: hasMore ? reading.stream.exchange.kept(pager.state) : JSONValue?.none)
        }
    }
}

extension APIExchange {
    /// A page's place without a credential in its URL.
    func kept(_ state: JSONValue) -> JSONValue {
        guard var object = state.objectValue, let url = object["url"]?.stringValue else { return state }
        object["url"] = .string(unsigned(url))
        return .object(object)
    }

    func unsigned(_ url: String) -> String { secretParam.map { NextURL.without(param: $0, url) } ?? url }
}
