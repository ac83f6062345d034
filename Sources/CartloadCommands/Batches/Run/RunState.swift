// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// How far a run is: everything that the same command needs to go on, and nothing that is not durable (I1).
struct RunState: Sendable, Hashable {
    /// What the run is: the same words make the same key.
    var key: String
    /// The same for people: what it runs, and over what.
    var service: String
    var path: String
    var input: InputMark
    /// The pipeline on the server; nil before there is one.
    var pipeline: String?
    /// Whether the server has every chunk of the input.
    var isAllPushed = false
    /// The first chunk that is not written, and where in the input it begins.
    var next = 0
    var position = Position()
    /// Chunks behind it that are written already.
    var written: Set<Int> = []
    /// Bytes of the output, and of the file of rejected records.
    var outputBytes = 0
    var rejectBytes = 0
    /// The fields of the output, where its format settles them.
    var fields: [String]?
    var counts = RunCounts()
    /// Whether all is done but for moving the output into its place.
    var isComplete = false
    /// Whether more than one pipeline took part, because one was gone.
    var pipelineCount = 0

    init(key: String, service: String = "", path: String = "", input: InputMark) {
        self.key = key
        self.service = service
        self.path = path
        self.input = input
    }

    /// Whether there is something in the files that would be lost.
    var hasOutput: Bool { next > 0 || !written.isEmpty }

    /// How the file is made; another form is refused.
    private static let version = 1

    var json: JSONValue {
        .object(
            JSONObject([
                ("version", .int(RunState.version)), ("key", .string(key)), ("service", .string(service)),
                ("path", .string(path)), ("input", input.json),
                ("pipeline", pipeline.map { .string($0) } ?? .null), ("all_pushed", .bool(isAllPushed)),
                ("next", .int(next)), ("position", position.json),
                ("written", .array(written.sorted().map { .int($0) })), ("output_bytes", .int(outputBytes)),
                ("reject_bytes", .int(rejectBytes)),
                ("fields", fields.map { .array($0.map { .string($0) }) } ?? .null), ("counts", counts.json),
                ("complete", .bool(isComplete)), ("pipelines", .int(pipelineCount)),
            ]))
    }

    /// Reads what ``json`` wrote; nil for anything else.
    init?(_ json: JSONValue) {
        guard json["version"]?.intValue == RunState.version, let key = json["key"]?.stringValue,
            let input = json["input"].flatMap(InputMark.init), let next = json["next"]?.intValue, next >= 0,
            let position = json["position"].flatMap(Position.init), let output = json["output_bytes"]?.intValue,
            let rejects = json["reject_bytes"]?.intValue, let counts = json["counts"].flatMap(RunCounts.init)
        else { return nil }
        self.init(
            key: key, service: json["service"]?.stringValue ?? "", path: json["path"]?.stringValue ?? "", input: input)
        pipeline = json["pipeline"]?.stringValue
        isAllPushed = json["all_pushed"]?.boolValue ?? false
        self.next = next
        self.position = position
        written = Set((json["written"]?.arrayValue ?? []).compactMap(\.intValue))
        outputBytes = output
        rejectBytes = rejects
        fields = json["fields"]?.arrayValue?.compactMap(\.stringValue)
        self.counts = counts
        isComplete = json["complete"]?.boolValue ?? false
        pipelineCount = json["pipelines"]?.intValue ?? 0
    }
}

/// What a run has done, over all times that it was started.
struct RunCounts: Sendable, Hashable {
    /// Records of the input, valid or not.
    var records = 0
    /// Outputs that were written.
    var written = 0
    /// Records that failed, or were not valid.
    var rejected = 0
    var chunks = 0

    init() {}

    init?(_ json: JSONValue) {
        guard let records = json["records"]?.intValue, let written = json["written"]?.intValue,
            let rejected = json["rejected"]?.intValue, let chunks = json["chunks"]?.intValue
        else { return nil }
        (self.records, self.written, self.rejected, self.chunks) = (records, written, rejected, chunks)
    }

    var json: JSONValue {
        [
            "records": .int(records), "written": .int(written), "rejected": .int(rejected), "chunks": .int(chunks),
        ]
    }
}
