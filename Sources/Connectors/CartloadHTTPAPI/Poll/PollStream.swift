// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// The records of one answer.
///
/// The checkpoint holds what the server calls this state of its data (`ETag`, `Last-Modified`) and a digest of the body; all
/// of an answer or nothing is read, because nobody can go on in the middle of one that may have changed.
struct PollStream: ContinuingStream {
    let description: StreamDescription
    private let options: PollOptions
    private let client: APIClient
    private let form: CheckpointForm

    init(_ options: PollOptions, _ client: APIClient) {
        self.options = options
        self.client = client
        description = StreamDescription(options.name, schema: options.schema, keys: options.keys)
        form = CheckpointForm(kind: "poll", stream: options.name)
    }

    var continues: Bool { true }

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        [BatchDescription(JSONObject([("since", .object(try form.open(checkpoint) ?? JSONObject()))]))]
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        let since = batch["since"]?.objectValue ?? JSONObject()
        var draft = options.endpoint.draft("GET")
        draft.setDefault("Accept", "application/json, application/x-ndjson, text/csv;q=0.9, */*;q=0.1")
        if options.skipsUnchanged {
            if let tag = since["etag"]?.stringValue { draft.set(header: "If-None-Match", tag) }
            if let time = since["last_modified"]?.stringValue { draft.set(header: "If-Modified-Since", time) }
        }
        // In which form the body is, only the answer says.
        let reading = AnswerReading(
            rules: [AnswerRule(.ignore, statuses: [304...304])], form: .jsonLines, paths: [])
        var answer = try await client.answer(to: draft, reading)
        let response = answer.response
        guard answer.kind == .page, response.status != 204 else {
            return try await output.close(batch, checkpoint: form.seal(since))
        }
        var reached = JSONObject()
        for (name, header) in [("etag", "ETag"), ("last_modified", "Last-Modified")] {
            // What is too long to be kept is as good as not there (I7).
            if let value = response.headers[header], value.utf8.count <= 1024 { reached[name] = .string(value) }
        }
        let digest = JSONValue.string(SHA256.hash(response.body).hexadecimal)
        reached["sha256"] = digest
        if !options.skipsUnchanged || since["sha256"] != digest {
            let records = try PageRecords(
                answer: &answer, PollForm(response, options).records, blockSize: output.blockSize)
            for (index, block) in records.blocks.enumerated() {
                let isFirst = index == 0
                try await output.write(
                    block, bytesRead: isFirst ? response.body.count : 0,
                    diagnostics: isFirst ? records.diagnostics : Diagnostics())
            }
            if records.blocks.isEmpty, !records.diagnostics.isEmpty {
                try await output.write(RecordBatch(.rows(Rows([]))), diagnostics: records.diagnostics)
            }
        }
        try await output.close(batch, checkpoint: form.seal(reached))
    }
}

extension PageRecords {
    /// Checks a body that was taken in whatever form, and cuts it.
    fileprivate init(answer: inout Answer, _ form: RecordForm, blockSize: Int) throws {
        if case .json(let path, _) = form {
            let place = answer.response.head.url.description
            answer.document = try JSONDocument(
                scanning: answer.response.body, listing: path, origin: Location(source: place, record: 1),
                &answer.diagnostics)
            guard answer.document?.rows != nil else {
                throw CartloadError(
                    .apiBody,
                    "the answer has no records at \"\(path.joined(separator: "."))\", but begins \"\(answer.response.body.beginning)\"",
                    at: Location(source: place), advice: "Check `records`.")
            }
        }
        try self.init(answer, form, blockSize: blockSize)
    }
}
