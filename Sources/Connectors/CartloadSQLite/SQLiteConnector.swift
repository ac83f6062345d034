// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension Connector {
    /// Tables of an SQLite database file, to read and to write.
    public static let sqlite = Connector(
        "sqlite", "Tables of an SQLite database file.",
        source: Role(settings: SQLiteSource.settings) { try SQLiteSource($0) },
        destination: Role(settings: SQLiteDestination.settings) { try SQLiteDestination($0) },
        endpoint: { endpoint in
            guard endpoint.hasPrefix("sqlite:") else { return nil }
            var rest = endpoint.dropFirst("sqlite:".count)
            if rest.hasPrefix("///") {
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix("//") {
                rest = rest.dropFirst(2)
            }
            // The last "#" divides: a path may have one, a table seldom does.
            guard let mark = rest.lastIndex(of: "#") else { return JSONObject([("path", .string(String(rest)))]) }
            let table = rest[rest.index(after: mark)...]
            var object = JSONObject([("path", .string(String(rest[..<mark])))])
            if !table.isEmpty { object["table"] = .string(String(table)) }
            return object
        })
}

extension SQLiteSource {
    /// What can be set.
    public static let settings: [Setting] = [
        Setting("path", .string, "The database file.", isRequired: true),
        Setting("table", .strings, "The table or tables to read; all when neither this nor a query is given."),
        Setting("query", .string, "A SELECT to read instead of tables."),
        Setting("name", .string, "The name of the query's stream.", default: "query"),
        Setting(
            "slice",
            .mapping([
                Setting("key", .string, "The integer column whose ranges are the batches.", isRequired: true),
                Setting("ranges", .integer, "How many ranges of the same width."),
                Setting("rows", .integer, "How many rows a range has."),
            ]), "Read in batches by ranges of a key, several at a time."),
        Setting(
            "cursor",
            .mapping([
                Setting("column", .string, "The column.", isRequired: true),
                Setting(
                    "window", .any,
                    "Read in batches of so much: hour, 6 hours, day, month … of times as text, or a whole number."),
                Setting("zone", .string, "The time zone of days and longer windows.", default: "UTC"),
                Setting(
                    "lookback", .any, "How far back every run looks again, such as 2h, for rows that come late."),
                Setting(
                    "lag", .any, "How long before now windows end, such as 5m, for rows that are not there at once."),
            ]), "A column that grows with every new or changed row; later runs read only what is new."),
        Setting("busy_timeout", .number, "How many seconds to wait for another program's lock.", default: 5),
    ]

    /// From a checked configuration.
    public init(_ configuration: Configuration) throws {
        self.init(path: configuration.string("path") ?? "", tables: configuration.strings("table") ?? [])
        query = configuration.string("query")
        queryName = configuration.string("name") ?? queryName
        cursor = configuration["cursor"]?["column"]?.stringValue
        window = try Window(configuration)
        busyTimeout = try configuration.seconds("busy_timeout") ?? busyTimeout
        if query != nil, !tables.isEmpty { throw configuration.conflict("query", "table") }
        guard let slice = configuration["slice"]?.objectValue else { return }
        if cursor != nil { throw configuration.conflict("slice", "cursor") }
        let key = slice["key"]?.stringValue ?? ""
        switch (slice["ranges"]?.intValue, slice["rows"]?.intValue) {
        case (let ranges?, nil) where (1...1_000_000).contains(ranges): self.slice = Slice(key: key, .ranges(ranges))
        case (nil, let rows?) where rows > 0: self.slice = Slice(key: key, .rows(rows))
        default:
            throw CartloadError(
                .wrongType,
                "\"\(configuration.path(of: "slice"))\" needs either `ranges` (1 to 1000000) or `rows` (from 1)",
                at: configuration.location(of: "slice"))
        }
    }
}

extension SQLiteSource.Window {
    fileprivate init?(_ configuration: Configuration) throws {
        guard let cursor = configuration["cursor"]?.objectValue else { return nil }
        func wrong(_ problem: String, _ advice: String) -> CartloadError {
            CartloadError(
                .wrongType, "\"\(configuration.path(of: "cursor")).\(problem)",
                at: configuration.location(of: "cursor"), advice: advice)
        }
        func duration(_ name: String) throws -> Duration? {
            guard let value = cursor[name], !value.isNull else { return nil }
            guard let span = TimeSpan(value) else {
                throw wrong("\(name)\" must be a length of time", "Write a number and ms, s, m, h, d or w, such as 2h.")
            }
            return span.duration
        }
        let zone = cursor["zone"]?.stringValue
        let (lookback, lag) = (try duration("lookback"), try duration("lag"))
        guard let value = cursor["window"], !value.isNull else {
            guard zone == nil, lookback == nil, lag == nil else {
                throw wrong("zone\", lookback and lag belong to a window", "Set window, such as: window: day")
            }
            return nil
        }
        if let width = value.intValue {
            guard width > 0 else { throw wrong("window\" must be at least 1", "Write how many numbers a window has.") }
            guard zone == nil, lookback == nil, lag == nil else {
                throw wrong("zone\", lookback and lag belong to windows of time", "Leave them out.")
            }
            self.init(.integers(Int64(width)))
            return
        }
        do {
            let step = try TimeStep(parsing: value.stringValue ?? "")
            self.init(
                .time(step), zone: try TimeZoneRules(zone ?? "UTC"), lookback: lookback ?? .zero, lag: lag ?? .zero)
        } catch let error as CartloadError {
            throw error.located(configuration.location(of: "cursor"))
        }
    }
}

extension SQLiteDestination {
    /// What can be set.
    public static let settings: [Setting] = [
        Setting("path", .string, "The database file; made when it is not there.", isRequired: true),
        Setting("table", .string, "The table; named as the stream when it is not given."),
        Setting(
            "load", .choice(Load.allCases.map(\.rawValue)),
            "Whether records are added, replace those with the same keys, or replace the whole table.",
            default: "append"),
        Setting("keys", .strings, "The fields that identify a record; needed for upsert."),
        Setting("evolve", .boolean, "Whether tables may get new columns and wider types.", default: true),
        Setting("busy_timeout", .number, "How many seconds to wait for another program's lock.", default: 5),
    ]

    /// From a checked configuration.
    public init(_ configuration: Configuration) throws {
        self.init(path: configuration.string("path") ?? "", table: configuration.string("table"))
        load = configuration.string("load").flatMap(Load.init(rawValue:)) ?? load
        keys = configuration.strings("keys") ?? []
        evolve = configuration.boolean("evolve") ?? evolve
        busyTimeout = try configuration.seconds("busy_timeout") ?? busyTimeout
    }
}

extension Configuration {
    fileprivate func seconds(_ name: String) throws -> Duration? {
        guard let value = number(name) else { return nil }
        guard value >= 0, value <= 86_400 else {
            throw CartloadError(.wrongType, "\"\(path(of: name))\" must be 0 to 86400 seconds", at: location(of: name))
        }
        return .milliseconds(Int(value * 1000))
    }

    fileprivate func conflict(_ first: String, _ second: String) -> CartloadError {
        CartloadError(
            .wrongType, "\"\(path(of: first))\" and \"\(path(of: second))\" exclude each other", at: location(of: first)
        )
    }
}
