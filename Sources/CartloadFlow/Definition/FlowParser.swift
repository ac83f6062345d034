// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Reads the parts of a flow file.
struct FlowParser {
    let positions: Configuration.Positions

    func wrong(_ path: String, _ message: String, _ advice: String? = nil) -> CartloadError {
        CartloadError(.wrongType, "\"\(path)\" \(message)", at: positions.location(of: path), advice: advice)
    }

    func end(_ value: JSONValue, path: String) throws -> FlowEnd {
        try destination(value, path: path, extra: []).end
    }

    func destination(_ value: JSONValue, path: String) throws -> FlowDestination {
        try destination(value, path: path, extra: ["processors", "batch"])
    }

    private func destination(_ value: JSONValue, path: String, extra: [String]) throws -> FlowDestination {
        if let endpoint = value.stringValue {
            return FlowDestination(FlowEnd(.endpoint(endpoint), path: path, positions: positions))
        }
        let object = value.objectValue ?? JSONObject()
        let connectors = object.members.filter { !extra.contains($0.key) }
        guard connectors.count == 1, let (name, given) = connectors.first else {
            throw wrong(
                path,
                connectors.isEmpty
                    ? "must be an endpoint or a connector with its settings"
                    : "names more than one connector: \(connectors.map(\.key).joined(separator: ", "))",
                "Write a path or URL, or one connector: files: {path: …}. `cartload connectors` lists them.")
        }
        let form: FlowEnd.Form
        switch given {
        case .object(let settings): form = .connector(name, settings)
        case .null: form = .connector(name, JSONObject())
        case .string(let endpoint) where name == "endpoint": form = .endpoint(endpoint)
        default: throw wrong("\(path).\(name)", "must be a mapping of settings")
        }
        return FlowDestination(
            FlowEnd(form, path: "\(path).\(name)", positions: positions),
            processors: try steps(object["processors"], path: "\(path).processors"),
            batching: try batching(object["batch"], path: "\(path).batch"))
    }

    func steps(_ value: JSONValue?, path: String) throws -> [FlowStep] {
        guard let value, !value.isNull else { return [] }
        guard let list = value.arrayValue else {
            throw wrong(path, "must be a list", "Begin each processor with \"- \".")
        }
        return try list.enumerated().map { index, entry in
            let path = "\(path)[\(index)]"
            if let name = entry.stringValue { return FlowStep(name, .null, path: path, positions: positions) }
            guard let object = entry.objectValue, object.count == 1, let (name, given) = object.members.first else {
                throw wrong(path, "must be one processor with its settings", "For example: - filter: amount > 100")
            }
            return FlowStep(name, given, path: "\(path).\(name)", positions: positions)
        }
    }

    func batching(_ value: JSONValue?, path: String) throws -> FlowBatching? {
        guard let value, !value.isNull else { return nil }
        guard let object = value.objectValue else {
            throw wrong(path, "must be a mapping", "For example: batch: {by: carrier, records: 10000}")
        }
        let settings = try Configuration(
            object, settings: FlowDefinition.batchSettings, path: path, positions: positions)
        let records = settings.integer("records")
        if let records, records < 1 { throw wrong("\(path).records", "must be at least 1") }
        var bytes: ByteSize?
        if let given = settings["bytes"], !given.isNull {
            bytes = ByteSize(given)
            guard let bytes, bytes.bytes > 0 else {
                throw wrong("\(path).bytes", "must be a size such as 64MB or 1GiB")
            }
        }
        let by = settings.strings("by") ?? []
        guard !by.isEmpty || records != nil || bytes != nil else {
            throw wrong(path, "says nothing", "Give by, records or bytes.")
        }
        return FlowBatching(by: by, records: records, bytes: bytes, path: path, positions: positions)
    }

    func batchFailures(_ value: JSONValue?, path: String) throws -> BatchFailurePolicy {
        guard let object = value?.objectValue else { return BatchFailurePolicy() }
        let settings = try Configuration(
            object, settings: FlowDefinition.batchFailureSettings, path: path, positions: positions)
        func seconds(_ name: String) throws -> Duration? {
            guard let seconds = settings.number(name) else { return nil }
            guard seconds > 0, seconds <= 31_536_000 else {
                throw wrong("\(path).\(name)", "must be more than 0 and at most a year")
            }
            return .milliseconds(Int(seconds * 1000))
        }
        var policy = BatchFailurePolicy()
        if let attempts = settings.integer("attempts") {
            guard (1...1000).contains(attempts) else { throw wrong("\(path).attempts", "must be 1 to 1000") }
            policy.attempts = attempts
        }
        policy.backoff = try seconds("backoff_seconds") ?? policy.backoff
        policy.maximumBackoff = try seconds("max_backoff_seconds") ?? policy.maximumBackoff
        policy.last = settings.string("then").flatMap(BatchFailurePolicy.Last.init) ?? policy.last
        policy.timeLimit = try seconds("timeout_seconds")
        return policy
    }

    func checkpoint(_ value: JSONValue?, path: String) throws -> FlowCheckpoint {
        guard let object = value?.objectValue else { return FlowCheckpoint() }
        let settings = try Configuration(
            object, settings: FlowDefinition.checkpointSettings, path: path, positions: positions)
        var checkpoint = FlowCheckpoint()
        if let records = settings.integer("records") {
            guard records >= 1 else { throw wrong("\(path).records", "must be at least 1") }
            checkpoint.records = records
        }
        if let seconds = settings.number("seconds") {
            guard seconds > 0, seconds.isFinite else { throw wrong("\(path).seconds", "must be more than 0") }
            checkpoint.seconds = seconds
        }
        return checkpoint
    }

    func errorPolicy(_ value: JSONValue?, path: String) throws -> FlowErrorPolicy {
        switch value {
        case nil, .null, "fail": return .fail
        case "reject": return .reject(file: nil, limit: nil)
        case .object(let object):
            let settings = try Configuration(
                object, settings: FlowDefinition.errorSettings, path: path, positions: positions)
            guard settings.string("policy") == "reject" else { return .fail }
            if let limit = settings.integer("limit"), limit < 0 {
                throw wrong("\(path).limit", "must not be negative")
            }
            return .reject(file: settings.string("file"), limit: settings.integer("limit"))
        default: throw wrong(path, "must be fail, reject or a mapping with a policy")
        }
    }

    func schema(_ value: JSONValue?) throws -> FlowSchema? {
        switch value {
        case nil, .null: nil
        case .object(let schema): .inline(schema)
        case .string(let path): .file(path)
        default: throw wrong("schema", "must be a JSON Schema or the path of a file with one")
        }
    }
}
