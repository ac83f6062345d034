// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension FlowDefinition {
    /// Checks what a flow file says.
    ///
    /// - Parameters:
    ///   - value: The file's value.
    ///   - name: What to call the flow when it does not say so itself.
    /// - Throws: `CartloadError` with a `config.…` code, located at the line.
    public init(_ value: JSONValue, name: String, positions: Configuration.Positions) throws {
        guard let object = value.objectValue else {
            throw CartloadError(
                .wrongType, "a flow file must be a mapping with at least a source and a destination",
                at: Location(source: positions.source), advice: "Begin with a line such as: source: data.csv")
        }
        let top = try Configuration(object, settings: FlowDefinition.settings, positions: positions)
        let parser = FlowParser(positions: positions)
        self.init(
            top.string("name") ?? name,
            source: try parser.end(top["source"] ?? .null, path: "source"),
            streams: top.strings("streams"),
            processors: try parser.steps(top["processors"], path: "processors"),
            batching: try parser.batching(top["batch"], path: "batch"),
            destinations: try FlowDefinition.destinations(top, parser),
            checkpoint: try parser.checkpoint(top["checkpoint"]),
            onError: try parser.errorPolicy(top["on_error"]),
            batchFailures: try parser.batchFailures(top["batch_failures"]),
            schema: try parser.schema(top["schema"]),
            validates: top.boolean("validate") ?? true)
    }

    private static func destinations(_ top: Configuration, _ parser: FlowParser) throws -> [FlowDestination] {
        let one = top["destination"] ?? .null
        let several = top["destinations"]?.arrayValue ?? []
        switch (one.isNull, several.isEmpty) {
        case (false, true): return [try parser.destination(one, path: "destination")]
        case (true, false):
            return try several.enumerated().map { try parser.destination($1, path: "destinations[\($0)]") }
        case (true, true):
            throw CartloadError(
                .missingField, "\"destination\" is missing", at: Location(source: parser.positions.source),
                advice: "Say where the records go, for example: destination: out.jsonl.gz")
        case (false, false):
            throw CartloadError(
                .wrongType, "there is both \"destination\" and \"destinations\"",
                at: top.location(of: "destinations"), advice: "Put them all under \"destinations\".")
        }
    }
}
