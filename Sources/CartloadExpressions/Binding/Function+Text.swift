// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Function {
    static let textFunctions: [(String, Function)] = [
        ("upper ucase", Function([.text], .text, Kernels.changeCase(upper: true))),
        ("lower lcase", Function([.text], .text, Kernels.changeCase(upper: false))),
        ("trim", Function([.text, .text], optional: 1, .text, Kernels.trim(start: true, end: true))),
        ("ltrim", Function([.text, .text], optional: 1, .text, Kernels.trim(start: true, end: false))),
        ("rtrim", Function([.text, .text], optional: 1, .text, Kernels.trim(start: false, end: true))),
        ("length len char_length character_length", Function([.text], .integer, Kernels.length)),
        ("strlen octet_length", Function([.text], .integer, Kernels.byteLength)),
        ("substr substring", Function([.text, .integer, .integer], optional: 1, .text, Kernels.substring)),
        ("left", Function([.text, .integer], .text, Kernels.end(isLeft: true))),
        ("right", Function([.text, .integer], .text, Kernels.end(isLeft: false))),
        ("split_part", Function([.text, .text, .integer], .text, Kernels.splitPart)),
        ("replace", Function([.text, .text, .text], .text, Kernels.replace)),
        ("lpad", Function([.text, .integer, .text], .text, Kernels.pad(isLeft: true))),
        ("rpad", Function([.text, .integer, .text], .text, Kernels.pad(isLeft: false))),
        ("reverse", Function([.text], .text, Kernels.reverse)),
        ("starts_with", Function([.text, .text], .boolean, Kernels.search { Pattern.starts($0, $1) })),
        ("ends_with suffix", Function([.text, .text], .boolean, Kernels.search { Pattern.ends($0, $1) })),
        ("prefix", Function([.text, .text], .boolean, Kernels.search { Pattern.starts($0, $1) })),
        ("contains", Function([.text, .text], .boolean, Kernels.search { Kernels.find($1, in: $0, from: 0) != nil })),
        ("md5", Function([.text], .text, Kernels.digest(.md5))),
        ("sha256", Function([.text], .text, Kernels.digest(.sha256))),
        (
            "concat",
            Function(1...Int.max) { arguments in
                Signature(
                    parameters: arguments.map { _ in .text }, result: .text, isStrict: false,
                    kernel: Kernels.concatenate)
            }
        ),
        ("regexp_matches", regex(2) { regex, _ in (.boolean, Kernels.regexMatches(regex, whole: false)) }),
        ("regexp_full_match", regex(2) { regex, _ in (.boolean, Kernels.regexMatches(regex, whole: true)) }),
        ("regexp_extract", Function(2...4, extract)),
        ("regexp_replace", Function(3...4, replace)),
    ]

    private static func compile(_ pattern: Bound, _ options: String = "") throws -> Regex {
        let text = try constantText(pattern, "the regular expression")
        return try Regex(text.value(0), options: options)
    }

    private static func options(_ arguments: [Bound], at index: Int, allowed: String) throws -> String {
        guard index < arguments.count else { return "" }
        let text = try constantText(arguments[index], "the options")[0]
        guard text.allSatisfy({ allowed.contains($0) }) else {
            throw BindFailure(message: "the options \"\(text)\" are not all among \(allowed)")
        }
        return text
    }

    /// A function of a text, a pattern and options.
    private static func regex(
        _ optionsIndex: Int, _ make: @escaping @Sendable (Regex, String) throws -> (ValueType, Kernel)
    ) -> Function {
        Function(optionsIndex...optionsIndex + 1) { arguments in
            if arguments[1].constant?.isNullConstant == true { return nullResult(arguments, .boolean) }
            let options = try options(arguments, at: optionsIndex, allowed: "cisl")
            let (result, kernel) = try make(try compile(arguments[1], options), options)
            return Signature(parameters: arguments.map { _ in .text }, result: result, kernel: kernel)
        }
    }

    private static func nullResult(_ arguments: [Bound], _ type: ValueType) -> Signature {
        Signature(parameters: arguments.map(\.type), result: type) { _ in Vector.null(type) }
    }

    @Sendable private static func extract(_ arguments: [Bound]) throws -> Signature {
        if arguments[1].constant?.isNullConstant == true { return nullResult(arguments, .text) }
        let regex = try compile(arguments[1], try options(arguments, at: 3, allowed: "cisl"))
        var group: Int64 = 0
        if arguments.count > 2 {
            guard let vector = arguments[2].constant, case .integers(let buffer) = vector.payload else {
                throw BindFailure(message: "the group must be a constant whole number")
            }
            group = buffer[0]
        }
        guard group >= 0, group <= min(regex.groups, 9) else {
            throw BindFailure(message: "the regular expression has no group \(group)")
        }
        return Signature(
            parameters: arguments.map { $0.type == .integer ? .integer : .text }, result: .text,
            kernel: Kernels.regexExtract(regex, group: Int(group)))
    }

    @Sendable private static func replace(_ arguments: [Bound]) throws -> Signature {
        if arguments.contains(where: { $0.constant?.isNullConstant == true }) { return nullResult(arguments, .text) }
        let options = try options(arguments, at: 3, allowed: "cislg")
        let regex = try compile(arguments[1], options)
        let text = try constantText(arguments[2], "the replacement")
        return Signature(
            parameters: arguments.map { _ in .text }, result: .text,
            kernel: Kernels.regexReplace(regex, Array(text.value(0)), isGlobal: options.contains("g")))
    }
}
