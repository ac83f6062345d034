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
    ]
}
