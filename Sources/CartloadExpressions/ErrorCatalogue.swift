// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

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
