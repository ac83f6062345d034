// SPDX-License-Identifier: Apache-2.0

extension CoreCatalogue {
    /// The codes of the JSON record path; a part of ``entries``.
    static let json: [CatalogueEntry] = [
        CatalogueEntry(
            .notAnObject, meaning: "A line is valid JSON, but not an object, so it is no record.",
            advice: "Write one JSON object on each line."),
        CatalogueEntry(
            .truncatedJSON, meaning: "The last record breaks off before its end.",
            advice: "Fetch the input again; its writer was interrupted."),
        CatalogueEntry(
            .blockTooLarge, meaning: "A block or a record of JSON is larger than 2 GiB.",
            advice: "Set a smaller bound for lines and blocks."),
        CatalogueEntry(
            .tooManyFields, meaning: "The records of a block have more different fields than a batch has columns.",
            advice: "Select the fields that are wanted, or keep the varying ones in a nested object."),
        CatalogueEntry(
            .notFinite, meaning: "NaN or an infinity, which JSON does not have, was replaced by null.",
            advice: "Have the writer leave such values out, if null is not what is meant."),
        CatalogueEntry(
            .loneSurrogate, meaning: "An escape of half a surrogate pair was replaced by U+FFFD in a text column.",
            advice: "Have the writer escape whole characters; pass-through keeps the bytes."),
        CatalogueEntry(
            .wrongRecordType, meaning: "A value does not fit the type of its field.",
            advice: "Widen the field's type, cast the field, or send such records to a reject file."),
        CatalogueEntry(
            .invalidRecord, meaning: "A record does not satisfy the stream's JSON Schema.",
            advice: "Correct the record or the schema, or send such records to a reject file."),
        CatalogueEntry(
            .invalidSchema, meaning: "A JSON Schema cannot be read, or says something that cannot be checked.",
            advice: "Correct the schema at the place named."),
        CatalogueEntry(
            .wrongRecords, meaning: "An array of records is neither objects nor rows below a row of names.",
            advice: "Send [{\"a\":1},…] or [[\"a\"],[1],…]; the message names the record."),
    ]
}
