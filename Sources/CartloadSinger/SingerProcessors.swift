// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// The processors that the configuration of a tap or target asks for.
enum SingerProcessors {
    static let settings: [Setting] = [
        Setting("processors", .list, "What is done to records, as in a flow, such as [{drop: [email]}]."),
        Setting("flattening_enabled", .boolean, "Whether members of objects become fields.", default: false),
        Setting("flattening_max_depth", .integer, "How many levels of objects are opened.", default: 16),
        Setting("flattening_separator", .string, "What stands between the names of a path.", default: "__"),
    ]

    static func make(_ configuration: Configuration) throws -> [any Processor] {
        var processors: [any Processor] = []
        if let list = configuration["processors"] {
            processors = try Processors.make(
                from: list, path: configuration.path(of: "processors"), positions: configuration.positions)
        }
        if configuration.boolean("flattening_enabled") == true {
            let depth = try configuration.count("flattening_max_depth", orZero: true) ?? 16
            if depth > 0 {
                processors.append(
                    try FlattenProcessor(
                        separator: configuration.string("flattening_separator") ?? "__", maximumDepth: depth,
                        writesText: true))
            }
        }
        return processors
    }
}

extension ErrorPolicy {
    init(singer configuration: Configuration) throws {
        guard configuration.string("on_error") == "reject" else {
            self = .fail
            return
        }
        self = .reject(
            file: configuration.string("reject_file") ?? "rejects.jsonl",
            limit: try configuration.count("max_rejects", orZero: true))
    }
}
