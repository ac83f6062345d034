// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Why a call does not fit its arguments; the binder adds where it is.
struct BindFailure: Error {
    var message: String
    var advice: String?

    init(message: String, advice: String? = nil) {
        self.message = message
        self.advice = advice
    }
}

/// A function that expressions can call.
struct Function: Sendable {
    let arity: ClosedRange<Int>
    /// Finds the signature for arguments of certain types; some functions also look at constants among them.
    let resolve: @Sendable ([Bound]) throws -> Signature

    init(_ arity: ClosedRange<Int>, _ resolve: @escaping @Sendable ([Bound]) throws -> Signature) {
        self.arity = arity
        self.resolve = resolve
    }

    /// A function with the same signature whatever it is given.
    init(_ parameters: [ValueType], optional: Int = 0, _ result: ValueType, _ kernel: @escaping Kernel) {
        self.init(parameters.count - optional...parameters.count) { arguments in
            Signature(parameters: Array(parameters.prefix(arguments.count)), result: result, kernel: kernel)
        }
    }

    var arityText: String {
        let (low, high) = (arity.lowerBound, arity.upperBound)
        if high == .max { return "at least \(low) \(low == 1 ? "argument" : "arguments")" }
        return low == high ? "\(low) \(low == 1 ? "argument" : "arguments")" : "\(low) to \(high) arguments"
    }

    static func named(_ name: String) -> Function? { all[name] }

    static let names = all.keys.sorted()

    private static let all: [String: Function] = {
        var all: [String: Function] = [:]
        for (names, function) in textFunctions + numberFunctions + timeFunctions + choiceFunctions {
            for name in names.split(separator: " ") { all[String(name)] = function }
        }
        return all
    }()

    /// The constant text of an argument that must be known beforehand.
    static func constantText(_ argument: Bound, _ what: String) throws -> TextBuffer {
        guard let vector = argument.constant, case .text(let text) = vector.payload else {
            throw BindFailure(message: "\(what) must be a string constant")
        }
        return text
    }
}
