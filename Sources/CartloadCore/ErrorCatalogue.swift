// SPDX-License-Identifier: Apache-2.0

/// Every error code of this module.
public enum CoreCatalogue {
    public static let entries: [CatalogueEntry] = [
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
            .truncatedJSON, meaning: "The input ends in the middle of a JSON record.",
            advice: "The file is not whole: write it again, or reject the record with on_error: reject."),
        CatalogueEntry(
            .notAnObject, meaning: "A line is valid JSON, but not an object, so it is no record.",
            advice: "Wrap the value in an object, or reject such lines with on_error: reject."),
        CatalogueEntry(
            .notFinite, meaning: "NaN or Infinity stood where JSON has no such number; it became null.",
            advice: "Nothing, unless null is not what it should mean."),
        CatalogueEntry(
            .loneSurrogate, meaning: "An escape names half a character; in typed text it became U+FFFD.",
            advice: "Nothing, unless the program that wrote it can be mended."),
        CatalogueEntry(
            .blockTooLarge, meaning: "A block of JSON is larger than the scanner can address.",
            advice: "Records must be smaller than 4 GiB together; lower the block size."),
        CatalogueEntry(
            .tooManyFields, meaning: "The records of a block have more different fields than can be columns.",
            advice: "Use select to take the fields that are needed, or keep maps in one nested field."),
        CatalogueEntry(
            .wrongRecordType, meaning: "A value does not fit the type that its field has.",
            advice: "Correct the schema or the cast, or reject such records with on_error: reject."),
        CatalogueEntry(
            .invalidRecord, meaning: "A record breaks its schema.",
            advice: "Look at the field that the message names; reject such records with on_error: reject."),
        CatalogueEntry(
            .missingKey, meaning: "A record has no value for a field of the key.",
            advice: "Fill the field, choose another key, or reject such records with on_error: reject."),
        CatalogueEntry(
            .invalidSchema, meaning: "A schema cannot be used.", advice: "Correct the part that the message names."),
    ]
}
