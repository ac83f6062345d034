// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadExpressions

extension GeneratedField {
    private static let generators = [
        "sequence", "integer", "number", "boolean", "choice", "uuid", "timestamp", "expression",
    ]
    private static let settings =
        [
            Setting("sequence", .integer, "The first number."),
            Setting("integer", .list, "The smallest and the greatest number."),
            Setting("number", .list, "The smallest and the greatest number."),
            Setting("boolean", .number, "The share of true."),
            Setting("choice", .list, "The values to choose from."),
            Setting("uuid", .choice(["random"]), "A text in the form of a UUID."),
            Setting("timestamp", .string, "The first time."),
            Setting("expression", .string, "What it is computed with."),
        ] + [
            Setting("step", .number, "sequence, timestamp: what is added for each record, seconds for times."),
            Setting("decimals", .integer, "number: the digits after the point."),
            Setting("nulls", .number, "The share of records without it."),
        ]

    /// From what a configuration says of a field.
    init(_ name: String, in fields: Configuration) throws {
        func failure(_ message: String) -> CartloadError {
            CartloadError(
                .generatedField, "\"\(fields.path(of: name))\" \(message)", at: fields.location(of: name),
                advice: "Write an expression over n, or one generator such as {integer: [1, 6]}.")
        }
        switch fields[name] {
        case .string(let text)?, .number(let text)?:
            self.init(name, .expression(try GeneratedField.expression(text, at: fields.location(of: name))))
            return
        case .object(let object)?:
            let part = try Configuration(
                object, settings: GeneratedField.settings, path: fields.path(of: name), positions: fields.positions)
            let chosen = GeneratedField.generators.filter { part[$0] != nil }
            guard chosen.count == 1, let kind = chosen.first else {
                throw failure("must name one of \(GeneratedField.generators.joined(separator: ", "))")
            }
            guard part["step"] == nil || kind == "sequence" || kind == "timestamp" else {
                throw failure("has a step, which only sequence and timestamp have")
            }
            guard part["decimals"] == nil || kind == "number" else {
                throw failure("has decimals, which only number has")
            }
            guard let generator = try GeneratedField.generator(kind, part) else {
                throw failure("has no usable value for \(kind)")
            }
            let nulls = part.number("nulls") ?? 0
            guard (0...1).contains(nulls) else { throw failure("must have nulls from 0 to 1") }
            self.init(name, generator, nulls: nulls)
        default: throw failure("must be an expression or a mapping")
        }
    }

    private static func generator(_ kind: String, _ part: Configuration) throws -> Generator? {
        switch kind {
        case "sequence":
            guard let start = part.integer("sequence") else { return nil }
            if part["step"] != nil, part.integer("step") == nil { return nil }
            return .sequence(start: start, step: part.integer("step") ?? 1)
        case "integer":
            guard let bounds = part["integer"]?.arrayValue, bounds.count == 2, let lower = bounds[0].intValue,
                let upper = bounds[1].intValue, lower <= upper
            else { return nil }
            return .integer(lower...upper)
        case "number":
            let decimals = part.integer("decimals")
            guard let bounds = part["number"]?.arrayValue, bounds.count == 2, let lower = bounds[0].doubleValue,
                let upper = bounds[1].doubleValue, lower <= upper, (upper - lower).isFinite,
                (0...15).contains(decimals ?? 0)
            else { return nil }
            return .number(lower...upper, decimals: decimals)
        case "boolean":
            guard let share = part.number("boolean"), (0...1).contains(share) else { return nil }
            return .boolean(share)
        case "choice":
            guard let values = part["choice"]?.arrayValue, !values.isEmpty, values.count <= maximumChoices else {
                return nil
            }
            return .choice(values)
        case "uuid": return .uuid
        case "timestamp":
            let step = part.number("step") ?? 1
            guard let start = part.string("timestamp").flatMap({ Instant($0) }), abs(step) <= 31_536_000 else {
                return nil
            }
            return .timestamp(start: start, step: Int64((step * 1_000_000).rounded()))
        default:
            return .expression(try expression(part.string("expression") ?? "", at: part.location(of: "expression")))
        }
    }

    /// How many values there may be to choose from (I7).
    private static let maximumChoices = 100_000

    private static func expression(_ text: String, at location: Location) throws -> Expression {
        do { return try Expression(parsing: text) } catch let error as CartloadError { throw error.located(location) }
    }
}
