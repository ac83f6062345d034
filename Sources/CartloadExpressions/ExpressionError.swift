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

/// The codes of this module, for `Docs/errors.md`.
public enum ExpressionsCatalogue {
    public static let entries = [
        CatalogueEntry(
            .expressionSyntax, meaning: "The text is not an expression of the language in Docs/expressions.md.",
            advice: "Look at the marked place; strings take single quotes, unusual field names double quotes."),
        CatalogueEntry(
            .expressionFunction, meaning: "A function does not exist or is called with the wrong number of arguments.",
            advice: "Docs/expressions.md lists all functions with their arguments."),
        CatalogueEntry(
            .expressionType, meaning: "A value is used where its type has no meaning.",
            advice: "Convert it with CAST(value AS type)."),
        CatalogueEntry(
            .expressionField, meaning: "An expression names a field that is not in the schema.",
            advice: "Check the spelling; nested fields are written with dots and unusual names in double quotes."),
        CatalogueEntry(
            .expressionValue, meaning: "The expression has no value for this record, which is rejected.",
            advice: "TRY_CAST gives NULL instead of a failure; a filter before it can leave such records out."),
    ]
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
