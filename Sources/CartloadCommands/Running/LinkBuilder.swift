// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadExpressions
internal import CartloadFlow

/// Makes what a flow's definition describes: connectors, processors, batchers.
struct LinkBuilder {
    let flow: FlowDefinition
    let registry: Registry
    let state: StatePlace

    func link() throws -> Link {
        var names: Set<String> = []
        let outlets = try flow.destinations.map { definition in
            let batching = definition.batching ?? flow.batching
            return Outlet(
                unique(definition.end.name, &names),
                try registry.destination(definition.end),
                processors: try self.processors(definition.processors),
                batchers: try batching.map(batchers) ?? [],
                batchSize: BatchSize(records: batching?.records, bytes: batching?.bytes?.bytes))
        }
        let schema = try schema()
        var processors = try self.processors(flow.processors)
        if let schema, flow.validates { processors.insert(try ValidateProcessor(jsonSchema: schema), at: 0) }
        var link = Link(
            state.linkName, inlets: try inlets(schema), processors: processors, buffer: flow.link.buffer,
            batchers: try flow.link.batchers.map(Batchers.make), outlets: outlets,
            interval: CheckpointInterval(
                records: flow.checkpoint.records, duration: flow.checkpoint.seconds.map { .seconds($0) }),
            errorPolicy: errorPolicy, batchFailures: flow.batchFailures)
        link.ordering = flow.link.ordering
        link.metadataField = flow.link.metadataField
        link.tags = flow.link.tags
        link.inletConcurrency = flow.link.inletConcurrency ?? link.inletConcurrency
        link.gatherLimit = flow.link.gather?.bytes ?? link.gatherLimit
        return link
    }

    private func inlets(_ schema: JSONValue?) throws -> [Inlet] {
        guard !flow.link.inlets.isEmpty else {
            return [Inlet("source", try source(flow.source, schema), streams: flow.streams)]
        }
        return try flow.link.inlets.map { inlet in
            Inlet(
                inlet.name, .source(try source(inlet.end, schema), streams: inlet.streams), metadata: inlet.metadata,
                onFailure: inlet.onFailure)
        }
    }

    /// The flow's JSON Schema.
    private func schema() throws -> JSONValue? {
        switch flow.schema {
        case nil: nil
        case .inline(let object): .object(object)
        case .file(let path): try ConfigurationDocument(file: path, environment: Environment([:])).value
        }
    }

    /// The source; one that reads by a schema gets the flow's, unless it has its own.
    private func source(_ given: FlowEnd, _ schema: JSONValue?) throws -> any Source {
        var end = given
        let resolved = try registry.resolve(end, as: .source)
        if let schema, resolved.values["schema"] == nil, resolved.settings.contains(where: { $0.name == "schema" }) {
            end.overrides["schema"] = schema
        }
        return try registry.source(end)
    }

    private func processors(_ steps: [FlowStep]) throws -> [any Processor] {
        try steps.map {
            try Processors.make($0.name, $0.value, path: $0.path, positions: $0.positions, among: registry.processors)
        }
    }

    /// Keys divide blocks; sizes are for destinations that keep batches apart, across blocks.
    private func batchers(_ batching: FlowBatching) throws -> [any Batcher] {
        guard !batching.by.isEmpty else { return [] }
        let keys = try batching.by.enumerated().map { index, text in
            do { return try Expression(parsing: text) } catch let error as CartloadError {
                throw error.located(batching.location(ofKey: index))
            }
        }
        return [try KeyBatcher(by: keys)]
    }

    private var errorPolicy: ErrorPolicy {
        switch flow.onError {
        case .fail: .fail
        case .reject(let file, let limit): .reject(file: file ?? state.rejectFile, limit: limit)
        }
    }

    /// Names that tell the outlets apart, in checkpoints too.
    private func unique(_ name: String, _ names: inout Set<String>) -> String {
        var candidate = name
        var count = 1
        while !names.insert(candidate).inserted {
            count += 1
            candidate = "\(name) (\(count))"
        }
        return candidate
    }
}
