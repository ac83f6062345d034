// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension FlowDefinition {
    /// Checks what a flow file says that describes one flow.
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
        try self.init(
            try Configuration(object, settings: FlowDefinition.settings, positions: positions), name: name,
            FlowParser(positions: positions))
    }

    /// Checks all flows of a file: one, or several links.
    public static func all(
        _ value: JSONValue, name: String, positions: Configuration.Positions
    ) throws -> [FlowDefinition] {
        guard let object = value.objectValue, let links = object["links"], !links.isNull else {
            return [try FlowDefinition(value, name: name, positions: positions)]
        }
        let parser = FlowParser(positions: positions)
        if let other = object.keys.first(where: { $0 != "links" && $0 != "name" }) {
            throw parser.wrong(other, "does not go with \"links\"", "Put it into each link.")
        }
        guard let list = links.arrayValue, !list.isEmpty else {
            throw parser.wrong("links", "must be a list of links", "Begin each with \"- name: …\".")
        }
        var names: Set<String> = []
        return try list.enumerated().map { index, link in
            let path = "links[\(index)]"
            guard let members = link.objectValue else { throw parser.wrong(path, "must be a mapping") }
            let top = try Configuration(
                members, settings: FlowDefinition.settings.filter { $0.name != "links" }, path: path,
                positions: positions)
            guard let own = top.string("name"), !own.isEmpty else {
                throw parser.wrong(path, "has no name", "Its checkpoints are kept under it: name: …")
            }
            guard names.insert(own).inserted else { throw parser.wrong("\(path).name", "is another link's too") }
            return try FlowDefinition(top, name: own, parser)
        }
    }

    private init(_ top: Configuration, name: String, _ parser: FlowParser) throws {
        let link = try FlowLink(top, parser)
        let hasSource = !(top["source"] ?? .null).isNull
        let source: FlowEnd
        if let first = link.inlets.first?.end {
            guard !hasSource else {
                throw CartloadError(
                    .wrongType, "there is both \"source\" and \"inlets\"", at: top.location(of: "inlets"),
                    advice: "Put them all under \"inlets\".")
            }
            source = first
        } else {
            guard hasSource else {
                throw CartloadError(
                    .missingField, "\"\(top.path(of: "source"))\" is missing", at: top.location(),
                    advice: "Say where records come from, for example: source: data.csv")
            }
            source = try parser.end(top["source"] ?? .null, path: top.path(of: "source"))
        }
        self.init(
            top.string("name") ?? name,
            source: source,
            streams: top.strings("streams"),
            processors: try parser.steps(top["processors"], path: top.path(of: "processors")),
            batching: try parser.batching(top["batch"], path: top.path(of: "batch")),
            destinations: try FlowDefinition.destinations(top, parser),
            checkpoint: try parser.checkpoint(top["checkpoint"], path: top.path(of: "checkpoint")),
            onError: try parser.errorPolicy(top["on_error"], path: top.path(of: "on_error")),
            batchFailures: try parser.batchFailures(top["batch_failures"], path: top.path(of: "batch_failures")),
            schema: try parser.schema(top["schema"]),
            validates: top.boolean("validate") ?? true)
        self.link = link
        fingerprint = JSONValue.object(top.values).description
    }

    private static func destinations(_ top: Configuration, _ parser: FlowParser) throws -> [FlowDestination] {
        let one = top["destination"] ?? .null
        let name = (top["outlets"] ?? .null).isNull ? "destinations" : "outlets"
        let several = top[name]?.arrayValue ?? []
        switch (one.isNull, several.isEmpty) {
        case (false, true): return [try parser.destination(one, path: top.path(of: "destination"))]
        case (true, false):
            return try several.enumerated().map { try parser.destination($1, path: "\(top.path(of: name))[\($0)]") }
        case (true, true):
            throw CartloadError(
                .missingField, "\"\(top.path(of: "destination"))\" is missing", at: top.location(),
                advice: "Say where the records go, for example: destination: out.jsonl.gz")
        case (false, false):
            throw CartloadError(
                .wrongType, "there is both \"destination\" and \"destinations\"",
                at: top.location(of: "destinations"), advice: "Put them all under \"destinations\".")
        }
    }
}
