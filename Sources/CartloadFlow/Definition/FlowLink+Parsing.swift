// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadExpressions

extension FlowLink {
    /// Checks the link's parts of a flow.
    init(_ top: Configuration, _ parser: FlowParser) throws {
        self.init()
        inlets = try (top["inlets"]?.arrayValue ?? []).enumerated().map {
            try FlowLink.inlet($1, path: "\(top.path(of: "inlets"))[\($0)]", index: $0, parser)
        }
        var names: Set<String> = []
        for (index, inlet) in inlets.enumerated() where !names.insert(inlet.name).inserted {
            throw parser.wrong(
                "\(top.path(of: "inlets"))[\(index)]", "has the name \"\(inlet.name)\", as another inlet has",
                "Give it a name of its own: name: …")
        }
        if let count = top.integer("inlet_concurrency") {
            guard (1...1000).contains(count) else { throw parser.wrong("inlet_concurrency", "must be 1 to 1000") }
            inletConcurrency = count
        }
        if let given = top["gather"], !given.isNull {
            guard let size = ByteSize(given), (1...1 << 30).contains(size.bytes) else {
                throw parser.wrong(top.path(of: "gather"), "must be a size from 1 B to 1 GiB, such as 64MB")
            }
            gather = size
        }
        batchers = try parser.steps(top["batchers"], path: top.path(of: "batchers"))
        buffer = try FlowLink.buffer(top["buffer"], path: top.path(of: "buffer"), parser)
        if top.string("ordering") == "per_outlet" { ordering = .perOutlet }
        metadataField = top.string("metadata_field")
        tags = top.strings("tags") ?? []
        schedule = try FlowLink.schedule(top["schedule"], path: top.path(of: "schedule"), parser)
    }

    private static func inlet(
        _ value: JSONValue, path: String, index: Int, _ parser: FlowParser
    ) throws -> FlowInlet {
        guard let object = value.objectValue else {
            let end = try parser.end(value, path: path)
            return FlowInlet(end.name, end)
        }
        let own = Set(settingNames)
        let connector = JSONObject(object.members.filter { !own.contains($0.key) }.map { ($0.key, $0.value) })
        let rest = JSONObject(object.members.filter { own.contains($0.key) }.map { ($0.key, $0.value) })
        let end = try parser.end(.object(connector), path: path)
        let settings = try Configuration(rest, settings: inletSettings, path: path, positions: parser.positions)
        return FlowInlet(
            settings.string("name") ?? end.name, end, streams: settings.strings("streams"),
            metadata: settings["metadata"]?.objectValue ?? JSONObject(),
            onFailure: try policy(settings["on_failure"], path: "\(path).on_failure", parser))
    }

    private static var settingNames: [String] { inletSettings.map(\.name) }

    static func policy(_ value: JSONValue?, path: String, _ parser: FlowParser) throws -> StagePolicy {
        switch value {
        case nil, .null: return .fail
        case .string(let text):
            guard let last = StagePolicy.Last(rawValue: text) else {
                throw parser.wrong(path, "must be fail, skip or reject, or a mapping")
            }
            return StagePolicy(last)
        case .object(let object):
            let settings = try Configuration(object, settings: policySettings, path: path, positions: parser.positions)
            let attempts = settings.integer("attempts") ?? 1
            guard (1...1000).contains(attempts) else { throw parser.wrong("\(path).attempts", "must be 1 to 1000") }
            return StagePolicy(
                settings.string("then").flatMap(StagePolicy.Last.init) ?? .fail, attempts: attempts,
                backoff: try settings.duration("backoff") ?? .seconds(1))
        default: throw parser.wrong(path, "must be fail, skip or reject, or a mapping")
        }
    }

    private static func buffer(_ value: JSONValue?, path: String, _ parser: FlowParser) throws -> LinkBuffer? {
        guard let object = value?.objectValue else { return nil }
        let settings = try Configuration(object, settings: bufferSettings, path: path, positions: parser.positions)
        do {
            return try LinkBuffer(
                records: settings.integer("records"),
                bytes: try settings["bytes"].map { value in
                    guard let size = ByteSize(value) else {
                        throw parser.wrong("\(path).bytes", "must be a size such as 1MB")
                    }
                    return size.bytes
                },
                age: try settings.duration("age"), idle: try settings.duration("idle"),
                check: try settings.string("check").map { try Expression(parsing: $0) },
                mode: settings.string("mode").flatMap(LinkBuffer.Mode.init) ?? .any,
                shape: settings.string("release").flatMap(LinkBuffer.Shape.init) ?? .everything,
                file: settings.string("file"))
        } catch let error as CartloadError {
            throw error.located(parser.positions.location(of: path))
        }
    }

    private static func schedule(_ value: JSONValue?, path: String, _ parser: FlowParser) throws -> Schedule? {
        guard let value, !value.isNull else { return nil }
        guard let object = value.objectValue else {
            throw parser.wrong(path, "must be a mapping", "For example: schedule: {every: 5m}")
        }
        let settings = try Configuration(object, settings: scheduleSettings, path: path, positions: parser.positions)
        do {
            return try Schedule(
                try times(settings, path, parser), isImmediate: settings.boolean("immediate") ?? true,
                overlap: try overlap(settings["overlap"], "\(path).overlap", parser),
                missed: try missed(settings["missed"], "\(path).missed", parser),
                jitter: try settings.duration("jitter") ?? .zero, timeout: try settings.duration("timeout"),
                onFailure: ["end": .endJob, "stop": .stop][settings.string("on_failure") ?? ""] ?? .goOn)
        } catch let error as CartloadError {
            throw error.located(parser.positions.location(of: path))
        }
    }

    private static func times(_ settings: Configuration, _ path: String, _ parser: FlowParser) throws -> Schedule.Times
    {
        let given = ["every", "cron", "manual"].filter { !(settings[$0] ?? .null).isNull }
        guard given.count == 1, let kind = given.first else {
            throw parser.wrong(path, "must have one of every, cron and manual", "For example: schedule: {every: 5m}")
        }
        switch kind {
        case "every": return .interval(try settings.duration("every") ?? .zero)
        case "cron":
            return .cron(
                try CronExpression(settings.string("cron") ?? ""), try TimeZoneRules(settings.string("zone") ?? "UTC"))
        default: return .manual
        }
    }

    private static func overlap(_ value: JSONValue?, _ path: String, _ parser: FlowParser) throws -> Schedule.Overlap {
        switch value {
        case nil, .null, "skip": return .skip
        case "queue": return .queueOne
        default:
            guard let count = value?.objectValue?["allow"]?.intValue else {
                throw parser.wrong(path, "must be skip, queue or {allow: N}")
            }
            return .allow(count)
        }
    }

    private static func missed(_ value: JSONValue?, _ path: String, _ parser: FlowParser) throws -> Schedule.Missed {
        switch value {
        case nil, .null, "run_once": return .runOnce
        case "skip": return .skip
        default:
            guard let count = value?.objectValue?["run_all"]?.intValue else {
                throw parser.wrong(path, "must be run_once, skip or {run_all: N}")
            }
            return .runAll(count)
        }
    }
}
