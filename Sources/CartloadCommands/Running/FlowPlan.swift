// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

/// What a flow would do, for `cartload check`.
public struct FlowPlan: Sendable {
    /// One stream that would be read.
    public struct Stream: Sendable {
        public var description: StreamDescription
        /// How many batches it is divided into.
        public var batches: Int

        public init(_ description: StreamDescription, batches: Int) {
            self.description = description
            self.batches = batches
        }
    }

    public var flow: FlowDefinition
    public var streams: [Stream]
    /// When it runs next, for a flow with a schedule.
    public var nextRuns: [Instant] = []

    public init(flow: FlowDefinition, streams: [Stream]) {
        self.flow = flow
        self.streams = streams
    }

    /// The plan for people.
    var text: String {
        let sources = flow.link.inlets.isEmpty ? [flow.source.name] : flow.link.inlets.map(\.end.name)
        var lines = ["\(flow.name): ready to run"] + sources.map { "  from      \($0)" }
        for stream in streams {
            var parts = ["\(Amount(stream.batches)) batch\(stream.batches == 1 ? "" : "es")"]
            if let bytes = stream.description.byteCount { parts.append(ByteSize(bytes).description) }
            if let schema = stream.description.schema {
                parts.append("\(schema.fields.count) field\(schema.fields.count == 1 ? "" : "s")")
            }
            if !stream.description.keys.isEmpty {
                parts.append("key \(stream.description.keys.joined(separator: ", "))")
            }
            lines.append("  stream    \(stream.description.name): \(parts.joined(separator: ", "))")
        }
        if !flow.processors.isEmpty {
            lines.append("  process   \(flow.processors.map(\.name).joined(separator: ", "))")
        }
        for destination in flow.destinations {
            let steps =
                destination.processors.isEmpty
                ? "" : " (\(destination.processors.map(\.name).joined(separator: ", ")))"
            lines.append("  to        \(destination.end.name)\(steps)")
        }
        if let schedule = flow.link.schedule {
            lines.append("  schedule  \(schedule.times)\(schedule.isImmediate ? ", and at the start" : "")")
            for run in nextRuns { lines.append("            \(run)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The plan for programs.
    var json: JSONValue {
        var json: JSONValue = [
            "flow": .string(flow.name), "source": .string(flow.source.name),
            "streams": .array(
                streams.map { stream in
                    [
                        "name": .string(stream.description.name), "batches": .int(stream.batches),
                        "bytes": stream.description.byteCount.map { .int($0) } ?? nil,
                        "keys": .array(stream.description.keys.map { .string($0) }),
                        "fields": stream.description.schema.map { .array($0.fields.map { .string($0.name) }) } ?? nil,
                    ]
                }),
            "processors": .array(flow.processors.map { .string($0.name) }),
            "destinations": .array(flow.destinations.map { .string($0.end.name) }),
        ]
        if let schedule = flow.link.schedule, var object = json.objectValue {
            object["schedule"] = .string("\(schedule.times)")
            object["next_runs"] = .array(nextRuns.map { .string($0.description) })
            json = .object(object)
        }
        return json
    }
}
