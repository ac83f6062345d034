// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The error codes of this module, for `Docs/errors.md`.
public enum FormatsCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .truncated, meaning: "Compressed data ends in the middle.",
            advice: "The file is not complete; get it again."),
        CatalogueEntry(
            .corrupt, meaning: "Compressed data is damaged, or something else follows it.",
            advice: "Get the file again, or cut off what follows."),
        CatalogueEntry(
            .wrongCompression, meaning: "A file is not compressed in the way that was said.",
            advice: "Correct or leave out `compression`."),
        CatalogueEntry(
            .expandsTooMuch, meaning: "Compressed data grows more than is allowed when it is read.",
            advice: "Raise the bound if the file can be trusted."),
        CatalogueEntry(
            .recordTooLong, meaning: "A record is longer than the bound.",
            advice: "A quote or line end may be missing; raise the bound if the record is meant."),
        CatalogueEntry(
            .wrongEncoding, meaning: "The text is in an encoding other than UTF-8.",
            advice: "Convert it first, for example with `iconv -f UTF-16 -t UTF-8`."),
        CatalogueEntry(
            .unknownFormat, meaning: "The content is of a format that is not read here.",
            advice: "Name the format, or convert the file first."),
        CatalogueEntry(
            .endsEarly, meaning: "A file ends before the place where an earlier run stopped reading.",
            advice: "The file is not the one of the earlier run; start again with --fresh."),
        CatalogueEntry(
            .otherFields, meaning: "A batch has fields that its file's header has not.",
            advice: "Select the fields to write, or give the stream a schema."),
        CatalogueEntry(
            .needsQuotes, meaning: "A value cannot be written without quotes, which are switched off.",
            advice: "Set a quote character, or a delimiter and null text that do not occur in the data."),
        CatalogueEntry(
            .fieldCount, meaning: "A CSV record has more or fewer fields than there are columns.",
            advice: "Correct the record, or set `short_records: pad` for missing ones at the end."),
        CatalogueEntry(
            .unclosedQuote, meaning: "A quote is opened and never closed.",
            advice: "Close the quote, or say which quote character the file uses."),
        CatalogueEntry(
            .strayQuote, meaning: "A quote stands in the middle of a quoted cell.",
            advice: "Write a quote within quotes twice, or say which escape character the file uses."),
        CatalogueEntry(
            .invalidText, meaning: "A CSV record is not valid UTF-8.", advice: "Convert the file to UTF-8 first."),
        CatalogueEntry(
            .duplicateColumn, meaning: "Two columns have the same name.",
            advice: "Give the columns names of your own, and skip the header."),
        CatalogueEntry(
            .columnNames, meaning: "The given names are not as many as the columns.",
            advice: "Give a name for each column."),
    ]
}
