// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Function {
    static let timeFunctions: [(String, Function)] =
        [
            "year", "month", "day", "hour", "minute", "second", "millisecond", "microsecond", "week", "quarter",
            "dayofweek", "dow", "weekday", "isodow", "dayofyear", "doy", "decade", "century",
        ].map { name in
            (
                name,
                Function(1...1) { arguments in
                    guard let part = Calendar.Part(name) else { throw BindFailure(message: "no part \(name)") }
                    let type = moment(arguments[0].type)
                    return Signature(parameters: [type], result: .integer, kernel: Kernels.part(part, of: type))
                }
            )
        } + [
            (
                "date_trunc datetrunc",
                Function(2...2) { arguments in
                    let part = try part(arguments[0])
                    let type = zone(arguments[1].type)
                    return Signature(parameters: [.text, type], result: type, kernel: Kernels.truncate(part, type))
                }
            ),
            (
                "date_part datepart",
                Function(2...2) { arguments in
                    let kernel = Kernels.part(try part(arguments[0]), of: zone(arguments[1].type))
                    return Signature(parameters: [.text, zone(arguments[1].type)], result: .integer) { arguments in
                        kernel(
                            Arguments(
                                vectors: [arguments[1]], count: arguments.count, validity: arguments.validity))
                    }
                }
            ),
            (
                "date_diff datediff",
                Function(3...3) { arguments in
                    let part = try part(arguments[0])
                    let types = arguments.dropFirst().map { zone($0.type) }
                    return Signature(parameters: [.text] + types, result: .integer, kernel: Kernels.difference(part))
                }
            ),
            (
                "epoch",
                Function(1...1) { arguments in
                    Signature(parameters: [zone(arguments[0].type)], result: .number, kernel: Kernels.epoch)
                }
            ),
            (
                "epoch_ms",
                Function(1...1) { arguments in
                    Signature(parameters: [zone(arguments[0].type)], result: .integer) { arguments in
                        let values = mapped(arguments[0].integers, arguments.count) { $0 / 1000 }
                        return Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
                    }
                }
            ),
            ("to_timestamp", Function([.number], .timestamp(zoned: true), Kernels.toTimestamp)),
            ("strftime", Function(2...2, format)),
        ]

    /// The type in which a date or a moment is taken; text is read as a moment.
    private static func moment(_ type: ValueType) -> ValueType { type.isTemporal ? type : .timestamp(zoned: false) }

    private static func zone(_ type: ValueType) -> ValueType {
        if case .timestamp = type { type } else { .timestamp(zoned: false) }
    }

    private static func part(_ argument: Bound) throws -> Calendar.Part {
        let name = try constantText(argument, "the part")[0]
        guard let part = Calendar.Part(name) else {
            throw BindFailure(
                message: "\"\(name)\" is not a part of a date",
                advice: "Parts are year, quarter, month, week, day, hour, minute, second, millisecond, microsecond.")
        }
        return part
    }

    @Sendable private static func format(_ arguments: [Bound]) throws -> Signature {
        // Either order, as in DuckDB: a constant text beside a moment is the format.
        let formatIndex = arguments[1].isConstant ? 1 : 0
        let format = try constantText(arguments[formatIndex], "the format")
        let type = zone(arguments[1 - formatIndex].type)
        return Signature(
            parameters: formatIndex == 1 ? [type, .text] : [.text, type], result: .text,
            kernel: try TimeFormat(format.value(0)).kernel(argument: 1 - formatIndex))
    }
}
