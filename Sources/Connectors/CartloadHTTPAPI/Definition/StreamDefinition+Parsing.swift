// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension StreamDefinition {
    /// The streams of a definition.
    ///
    /// - Parameter shared: Rules that come after a stream's own.
    static func streams(_ top: Configuration, _ shared: [AnswerRule]) throws -> [StreamDefinition] {
        guard let streams = top["streams"]?.objectValue, !streams.isEmpty else {
            throw top.wrong("streams", "has no stream")
        }
        let part = try Configuration(
            streams, settings: streams.keys.map { Setting($0, .mapping(settings), "") },
            path: top.path(of: "streams"), positions: top.positions)
        return try streams.keys.map { name in
            guard let one = try part.part(name, settings) else { throw part.wrong(name, "must be a mapping") }
            let stream = try StreamDefinition(name, one, shared)
            if case .parents(let parent, _)? = stream.partitioning, streams[parent] == nil {
                throw one.wrong(
                    "parents", "names the stream \"\(parent)\", which there is not",
                    parent.nearest(in: streams.keys).map { "Did you mean \"\($0)\"?" })
            }
            return stream
        }
    }

    private init(_ name: String, _ part: Configuration, _ shared: [AnswerRule]) throws {
        self.init(name, try StreamDefinition.request(part))
        records = try StreamDefinition.records(part)
        keys = part.strings("keys") ?? []
        additions = try (part["add"]?.objectValue?.members ?? []).map { name, value in
            JSONTemplate.Member(name, try JSONTemplate(value, at: part.location(of: "add")))
        }
        paging = try Paging(part)
        try part.exclude("parents", "list")
        try part.exclude("windows", "ranges")
        for other in ["windows", "ranges", "refresh"] { try part.exclude(other, "cursor") }
        partitioning = try Partitioning(part)
        windows = try WindowDefinition(part)
        ranges = try RangeDefinition(part)
        cursor = try CursorDefinition(part)
        errors = try AnswerRule.rules(part) + shared
        concurrency = try part.integer("concurrency", in: 1...64) ?? 1
        let parts = try part.part("parents", Self.parentSettings) ?? part.part("list", Self.listSettings)
        if cursor != nil, concurrency > 1 || parts?.integer("concurrency") ?? 1 > 1 {
            throw part.wrong(
                "cursor", "is for streams that are read one batch after another", "Leave `concurrency` out.")
        }
        partConcurrency = try parts?.integer("concurrency", in: 1...64) ?? 1
        refresh = try part.duration("refresh")
        if refresh != nil, windows != nil || ranges != nil {
            throw part.wrong("refresh", "is for streams without windows and ranges", "Windows have a `lookback`.")
        }
        if let schema = part["schema"] {
            do {
                self.schema = try Schema(jsonSchema: schema)
            } catch let error as CartloadError {
                throw error.located(part.location(of: "schema"))
            }
        }
    }

    private static func request(_ part: Configuration) throws -> APIRequest {
        var request = APIRequest(
            try part.requiredTemplate("path"), method: part.string("method")?.uppercased() ?? "GET",
            headers: try part.fields("headers"), params: try part.fields("params"))
        guard let body = try part.part("body", bodySettings) else { return request }
        guard body.values.count == 1 else { throw part.wrong("body", "must be one of json, form and text") }
        if let value = body["json"] {
            request.body = .json(try JSONTemplate(value, at: body.location(of: "json")))
        } else if body["form"] != nil {
            request.body = .form(try body.fields("form"))
        } else {
            request.body = .text(try body.requiredTemplate("text"))
        }
        return request
    }

    private static func records(_ part: Configuration) throws -> RecordForm {
        guard let given = part["records"], !given.isNull else { return .json([], isOptional: false) }
        if given.stringValue != nil { return .json(try part.memberPath("records") ?? [], isOptional: false) }
        guard let records = try part.part("records", recordSettings) else {
            throw part.wrong("records", "must be a path, or a mapping of path, format and optional")
        }
        switch records.string("format") {
        case "jsonl"?: return .jsonLines
        case "csv"?: return .csv
        default:
            return .json(try records.memberPath("path") ?? [], isOptional: records.boolean("optional") ?? false)
        }
    }
}

extension Partitioning {
    init?(_ stream: Configuration) throws {
        if let parents = try stream.part("parents", StreamDefinition.parentSettings) {
            self = .parents(stream: parents.string("stream") ?? "", fields: parents.strings("fields") ?? [])
        } else if let list = try stream.part("list", StreamDefinition.listSettings) {
            let values = try (list["values"]?.arrayValue ?? []).map {
                try JSONTemplate($0, at: list.location(of: "values"))
            }
            self = .list(name: list.string("name") ?? "", values: values)
        } else {
            return nil
        }
    }
}

extension WindowDefinition {
    init?(_ stream: Configuration) throws {
        guard let part = try stream.part("windows", StreamDefinition.windowSettings) else { return nil }
        let step: TimeStep
        do {
            step = try TimeStep(parsing: part.string("step") ?? "")
            _ = try TimeZoneRules(part.string("zone") ?? "UTC")
        } catch let error as CartloadError {
            throw error.located(part.location())
        }
        self.init(
            start: try part.requiredTemplate("start"), end: try part.template("end"), step: step,
            zone: part.string("zone") ?? "UTC", lookback: try part.duration("lookback") ?? .zero,
            lag: try part.duration("lag") ?? .zero, field: try part.memberPath("field"))
        last = part.string("last").flatMap(TimeWindows.Last.init) ?? last
        form = part.string("format").flatMap(TimeForm.init) ?? form
        dropsOutside = part.string("outside") == "drop"
        switch part.string("precision") {
        case nil, "microsecond"?: break
        case "millisecond"?: precision = .milliseconds(1)
        case "second"?: precision = .seconds(1)
        default: precision = try part.duration("precision") ?? precision
        }
    }
}

extension CursorDefinition {
    init?(_ stream: Configuration) throws {
        guard let part = try stream.part("cursor", StreamDefinition.cursorSettings) else { return nil }
        self.init(
            field: part.string("field") ?? "", param: part.string("param"), start: try part.template("start"),
            form: part.string("format").flatMap(TimeForm.init), isSorted: part.boolean("sorted") ?? false,
            equal: part.string("equal").flatMap(Equal.init) ?? .again)
    }
}

extension RangeDefinition {
    init?(_ stream: Configuration) throws {
        guard let part = try stream.part("ranges", StreamDefinition.rangeSettings) else { return nil }
        self.init(
            from: try part.requiredTemplate("from"), to: try part.requiredTemplate("to"),
            step: try part.integer("step", in: 1...Int.max) ?? 1)
    }
}
