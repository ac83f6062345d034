// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A field that is to be generated is described in a way that cannot be.
    public static let generatedField = CartloadError.Code("generate.field")
    /// The expression of a generated field has no value for a record.
    public static let generatedValue = CartloadError.Code("generate.value")
}

/// The error codes of this module, for `Docs/errors.md`.
public enum CartloadTrialCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .generatedField, meaning: "A field that is to be generated is described in a way that cannot be.",
            advice: "Give it an expression, or one of the generators of Docs/ends.md."),
        CatalogueEntry(
            .generatedValue, meaning: "The expression of a generated field has no value for a record.",
            advice: "Correct the expression; TRY_CAST gives null where CAST fails."),
    ]
}
