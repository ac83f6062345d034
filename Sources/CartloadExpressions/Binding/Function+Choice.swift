// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Function {
    /// coalesce, ifnull and if are forms of their own in the binder, because they evaluate some arguments for some rows
    /// only; they are listed here for their names and numbers of arguments.
    static let choiceFunctions: [(String, Function)] = [
        ("coalesce", Function(1...Int.max) { _ in throw BindFailure(message: "coalesce is bound as a choice") }),
        ("ifnull", Function(2...2) { _ in throw BindFailure(message: "ifnull is bound as a choice") }),
        ("if", Function(3...3) { _ in throw BindFailure(message: "if is bound as a choice") }),
        (
            "nullif",
            Function(2...2) { arguments in
                let (left, right) = (arguments[0].type, arguments[1].type)
                guard let compared = ValueType.compared(left, right) else {
                    throw BindFailure(message: "\(left.name) and \(right.name) cannot be compared")
                }
                return Signature(
                    parameters: [left, right], result: left, isStrict: false,
                    kernel: Kernels.nullIf(
                        left, compared: compared,
                        (
                            left: left == compared || left == .null ? nil : Kernels.cast(left, compared),
                            right: right == compared || right == .null ? nil : Kernels.cast(right, compared)
                        )))
            }
        ),
    ]
}
