// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// The text is not an expression.
    public static let expressionSyntax = CartloadError.Code("expression.syntax")
    /// An expression calls a function that does not exist, or with the wrong number of arguments.
    public static let expressionFunction = CartloadError.Code("expression.function")
    /// An expression uses a value where its type has no meaning.
    public static let expressionType = CartloadError.Code("expression.type")
    /// An expression names a field that the records do not have.
    public static let expressionField = CartloadError.Code("expression.unknown-field")
    /// An expression has no value for one record, such as a failed cast or an overflow.
    public static let expressionValue = CartloadError.Code("expression.value")
}

extension CartloadError {
    /// An error that shows where in the expression it is.
    static func expression(
        _ code: Code, _ message: String, in text: String, at offset: Int, advice: String? = nil
    ) -> CartloadError {
        var line = ""
        var caret = ""
        var position = 0
        for scalar in text.unicodeScalars {
            if position < offset { caret += " " }
            position += scalar.utf8.count
            line.unicodeScalars.append(scalar.value < 0x20 ? " " : scalar)
        }
        return CartloadError(code, "\(message)\n  \(line)\n  \(caret)^", advice: advice)
    }
}
