// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The error codes of this module, for `Docs/errors.md`.
public enum CartloadFilesCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .fileTemplate, meaning: "The name of the files to write is not usable as it is.",
            advice: "Use a folder, or a name with {n}, {key} or {stream}."),
        CatalogueEntry(
            .filesState, meaning: "A saved checkpoint does not belong to these files.",
            advice: "Start over with --fresh, or use another state directory."),
        CatalogueEntry(
            .fileReplaced, meaning: "A file is not the one that an earlier run read, or it changes while it is read.",
            advice: "Give new data a new name, or start over with --fresh."),
        CatalogueEntry(
            .outputClosed, meaning: "Whoever read standard output has gone.",
            advice: "Nothing; what was written before is whole."),
        CatalogueEntry(
            .tailLost, meaning: "A followed file is gone, so that its end may have been missed.",
            advice: "Let runs come more often than files are removed; lost: read goes on with what there is."),
        CatalogueEntry(
            .tailTruncated, meaning: "A followed file became shorter than it was read, or begins otherwise.",
            advice: "Set truncated: read to read it from its beginning."),
        CatalogueEntry(
            .repairedText, meaning: "A line has bytes that are no UTF-8; U+FFFD stands in their place.",
            advice: "Convert the file first if they matter."),
    ]
}
