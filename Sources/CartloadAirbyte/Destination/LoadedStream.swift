// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// A stream of the catalog on its way into the destination.
final class LoadedStream: Sendable {
    let descriptor: StreamDescriptor
    let target: DestinationStream
    let plan: LoadPlan
    let writer: any DestinationWriter
    private let processors: [any Processor]
    /// The generation that is added to records; nil when none is.
    private let generation: Int?

    private init(
        _ configured: ConfiguredStream, _ target: DestinationStream, _ plan: LoadPlan, _ options: DestinationOptions,
        writer: any DestinationWriter
    ) {
        descriptor = configured.descriptor
        self.target = target
        self.plan = plan
        self.writer = writer
        processors = options.processors
        generation = LoadedStream.addsGeneration(plan, options) ? plan.generation : nil
    }

    private static func addsGeneration(_ plan: LoadPlan, _ options: DestinationOptions) -> Bool {
        plan.generation != nil && (options.addsGeneration || plan.method == .upsert)
    }

    /// Opens the streams of a catalog.
    ///
    /// What an earlier attempt left behind is gone on with where it is of the same generation, and else forgotten.
    ///
    /// - Parameter canLoad: Whether the connector knows a way of loading.
    static func open(
        _ catalog: ConfiguredCatalog, in destination: any Destination, _ group: any DestinationGroup,
        _ options: DestinationOptions, canLoad: (LoadMethod) -> Bool
    ) async throws -> [LoadedStream] {
        let names = Dictionary(grouping: catalog.streams, by: { $0.destinationObjectName ?? $0.descriptor.name })
        var streams: [LoadedStream] = []
        for configured in catalog.streams {
            let plan = try LoadPlan(configured)
            guard canLoad(plan.method) else {
                throw AirbyteFault.catalog(
                    "the destination cannot load \"\(configured.descriptor)\" by \"\(plan.method.rawValue)\"",
                    advice: "Choose one of the sync modes that its spec names.")
            }
            let own = configured.destinationObjectName ?? configured.descriptor.name
            // Streams of one name in two namespaces are two tables.
            let isShared = names[own, default: []].count > 1
            let name = isShared ? configured.descriptor.namespace.map { "\($0)_\(own)" } ?? own : own
            let target = DestinationStream(
                name, schema: try schema(configured, plan, options), keys: try keys(configured),
                checkpointID: "airbyte/\(configured.descriptor)", load: plan.method)
            if let transactional = destination as? any TransactionalDestination,
                !plan.goesOn(with: try await transactional.lastCommit(of: target))
            {
                try await transactional.forgetCommits(of: target)
            }
            let writer = try await group.open(target)
            guard !plan.removes || writer is any VersionedWriter else {
                throw AirbyteFault.catalog(
                    "the destination cannot remove earlier generations of \"\(configured.descriptor)\"")
            }
            streams.append(LoadedStream(configured, target, plan, options, writer: writer))
        }
        return streams
    }

    private static func schema(
        _ configured: ConfiguredStream, _ plan: LoadPlan, _ options: DestinationOptions
    ) throws -> Schema? {
        let json = configured.stream.jsonSchema
        guard json["properties"]?.objectValue?.isEmpty == false else { return nil }
        var typed = json
        if typed["type"] == nil { typed["type"] = "object" }
        var schema = try Schema(jsonSchema: .object(typed))
        if addsGeneration(plan, options) { schema = GenerationColumn.schema(from: schema) }
        return try options.processors.schema(from: schema)
    }

    private static func keys(_ configured: ConfiguredStream) throws -> [String] {
        let paths = configured.primaryKey.isEmpty ? configured.stream.primaryKey : configured.primaryKey
        let isNested = paths.contains { $0.count != 1 }
        if configured.destinationSyncMode == .appendDedup, paths.isEmpty || isNested {
            throw AirbyteFault.catalog(
                "\"\(configured.descriptor)\" is append_dedup and has no primary_key of fields of its records")
        }
        return isNested ? [] : paths.compactMap(\.first)
    }

    /// Works on records up to what the destination takes; runs on several cores.
    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch? {
        var batch = batch
        if let generation { batch = try GenerationColumn.added(generation, to: batch, &diagnostics) }
        for processor in processors { batch = try processor.process(batch, &diagnostics) }
        return batch.count == 0 ? nil : try writer.prepare(batch, &diagnostics)
    }
}
