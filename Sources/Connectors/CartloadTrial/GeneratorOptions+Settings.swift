// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension GeneratorOptions {
    static let settings: [Setting] = [
        Setting(
            "fields", .mapping([]), "The fields by name: an expression, or a mapping that names a generator.",
            isRequired: true),
        Setting("name", .string, "The name of the stream.", default: "generated"),
        Setting("records", .integer, "How many records there are; by default they never end."),
        Setting("per_run", .integer, "A run reads at most so many; the next one goes on after them."),
        Setting("batch", .integer, "So many records are a batch; by default all of a run are one."),
        Setting("rate", .number, "So many records come in a second; by default as many as can be made."),
        Setting("seed", .integer, "Another number makes other values.", default: 0),
        Setting("keys", .strings, "The fields that identify a record."),
    ]

    init(_ configuration: Configuration) throws {
        let fields = configuration["fields"]?.objectValue ?? JSONObject()
        let part = try Configuration(
            fields, settings: fields.keys.map { Setting($0, .any, "") }, path: configuration.path(of: "fields"),
            positions: configuration.positions)
        self.init(fields: try fields.keys.map { try GeneratedField($0, in: part) })
        guard !self.fields.isEmpty, self.fields.count <= GeneratorOptions.maximumFields else {
            throw CartloadError(
                .generatedField, "\"\(part.path)\" must have 1 to \(GeneratorOptions.maximumFields) fields",
                at: part.location())
        }
        name = configuration.string("name") ?? name
        records = try configuration.count("records", orZero: true)
        recordsPerRun = try configuration.count("per_run")
        batch = try configuration.count("batch")
        if let rate = configuration.number("rate") {
            guard rate > 0, rate <= GeneratorOptions.maximumRate else {
                throw CartloadError(
                    .wrongType, "\"\(configuration.path(of: "rate"))\" must be more than 0 and at most 1e9",
                    at: configuration.location(of: "rate"))
            }
            self.rate = rate
        }
        seed = UInt64(bitPattern: Int64(configuration.integer("seed") ?? 0))
        keys = configuration.strings("keys") ?? []
        if let key = keys.first(where: { key in !self.fields.contains { $0.name == key } }) {
            throw CartloadError(
                .wrongType, "the key \"\(key)\" is none of the fields", at: configuration.location(of: "keys"))
        }
    }

    /// How many fields a record may have (I7).
    static let maximumFields = 1000
    private static let maximumRate = 1e9
}
