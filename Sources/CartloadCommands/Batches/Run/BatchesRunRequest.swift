// SPDX-License-Identifier: Apache-2.0

internal import CartloadClient
internal import CartloadCore
internal import CartloadFiles

/// What `cartload batches run` is asked to do.
struct BatchesRunRequest: Sendable {
    /// What becomes of the pipeline when somebody interrupts the run.
    enum Interruption: String, Sendable, CaseIterable {
        /// It goes on on the server.
        case detach
        case cancel
    }

    var service: String
    var input: RunInput
    var output: String
    var rejects: String
    var chunks = ChunkLimits()
    var parameters: JSONObject?
    var summary: Chunk.Summary?
    var outputFields: [String] = []
    var keepsInput = false
    var isOrdered = true
    var accuracy: Double?
    var priority: Int?
    var stateDirectory = ".cartload/batches"
    var isFresh = false
    var isDry = false
    var interruption = Interruption.detach
    var limits = BatchesRun.Limits()

    var isCSV: Bool { FileFormat(ending: output) == .csv }
    var isStandardOutput: Bool { output == "-" }

    /// What makes a run another one.
    func key(_ endpoint: String) -> String {
        let words: [String] = [
            endpoint, service, input.path, output, rejects, String(chunks.records),
            parameters.map { JSONValue.object($0).description } ?? "", summary?.json.description ?? "",
            outputFields.joined(separator: ","), String(keepsInput), String(isOrdered),
            input.format?.rawValue ?? "",
        ]
        return Checksum.text(words.joined(separator: "\u{1f}").utf8)
    }

    var form: RunWriter.Form {
        RunWriter.Form(
            isCSV: isCSV, keepsInput: keepsInput, fields: keepsInput || outputFields.isEmpty ? nil : outputFields)
    }

    var body: ChunkBody { ChunkBody(parameters: parameters, summary: summary?.json) }

    /// What the pipeline is created with.
    var creation: CreateOptions {
        CreateOptions(
            sourceSystem: "cartload batches run", selectedOutputs: outputFields, accuracy: accuracy, priority: priority)
    }
}

extension BatchesRunRequest {
    init(_ arguments: ParsedArguments) throws {
        self.init(
            service: arguments.argument("service") ?? "",
            input: RunInput(
                path: arguments.value("input") ?? "-",
                format: arguments.value("format").flatMap(FileFormat.init(rawValue:))),
            output: arguments.value("output") ?? "-", rejects: "")
        rejects = arguments.value("rejects") ?? (isStandardOutput ? "" : "\(output).rejects.jsonl")
        for (name, path) in [("output", output), ("rejects", rejects)] where input.isFile(at: path) {
            throw UsageError.invalidValue("--\(name) would replace the input \"\(path)\"", advice: "Name another file.")
        }
        chunks.records = try arguments.integer("chunk", atLeast: 1) ?? chunks.records
        parameters = try arguments.jsonObject("parameters")
        summary = try arguments.value("summary").map { try Chunk.Summary(words: $0) }
        outputFields = arguments.names("output-fields")
        keepsInput = arguments.flag("keep-input")
        isOrdered = !arguments.flag("unordered")
        accuracy = try arguments.share("accuracy")
        priority = try arguments.integer("priority", atLeast: 0)
        stateDirectory = arguments.value("state") ?? stateDirectory
        isFresh = arguments.flag("fresh")
        isDry = arguments.flag("dry-run")
        interruption = arguments.value("on-interrupt").flatMap(Interruption.init) ?? interruption
        limits.lease = try arguments.duration("lease") ?? limits.lease
    }
}

extension Chunk.Summary {
    /// Reads `total:SUM,amount:AVG`; without an operator it is a sum.
    init(words: String) throws {
        let operators = ["SUM", "COUNT", "MIN", "MAX", "AVG"]
        let aggregations = try words.split(separator: ",").map { word in
            let parts = word.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            let name = parts.count > 1 ? parts[1].uppercased() : "SUM"
            guard parts.count <= 2, !parts[0].isEmpty, operators.contains(name) else {
                throw UsageError.invalidValue(
                    "--summary cannot be \"\(words)\"",
                    advice: "Write outputs and operators, such as total:SUM,amount:AVG; there are "
                        + "\(operators.joined(separator: ", ")).")
            }
            return Aggregation(parts[0], name)
        }
        self.init(aggregations, ignoresErrors: true)
    }
}
