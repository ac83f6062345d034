// SPDX-License-Identifier: Apache-2.0

/// Every error code of this module.
public enum CoreCatalogue {
    public static let entries: [CatalogueEntry] =
        [
            CatalogueEntry(
                .unknownField, meaning: "A configuration has a field that nothing reads.",
                advice: "Correct its name; `cartload connectors NAME` lists a connector's settings."),
            CatalogueEntry(
                .missingField, meaning: "A configuration lacks a field that is needed.", advice: "Add the field."),
            CatalogueEntry(
                .wrongType, meaning: "A configuration has a value of the wrong type or outside its range.",
                advice: "Write what the message asks for; text that looks like a number needs quotes."),
            CatalogueEntry(
                .invalidJSON, meaning: "A text is not valid JSON.", advice: "Look at the byte that the message names."),
            CatalogueEntry(
                .missingKey, meaning: "A record has no value for a field of the key.",
                advice: "Fill the field, choose another key, or reject such records with on_error: reject."),
            CatalogueEntry(
                .outOfOrder, meaning: "A stream's records do not come in the order that its source promised.",
                advice: "Sort what the source sends, or read the stream whole."),
        ] + json
}
