// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The error codes of this module, for `Docs/errors.md`.
public enum FlowCatalogue {
    public static let entries: [CatalogueEntry] =
        [
            CatalogueEntry(
                .rejectFile, meaning: "The file for rejected records cannot be opened or written.",
                advice: "Check the folder and its permissions, or name another file with on_error."),
            CatalogueEntry(
                .stateDiverged, meaning: "A destination holds data up to a point that the source did not reach again.",
                advice: "The input or the options changed since the last run; start over with --fresh."),
            CatalogueEntry(
                .tooManyRejects, meaning: "More records were rejected than the flow allows.",
                advice: "Look at the reject file; raise the limit if they are expected."),
            CatalogueEntry(
                .unknownStream, meaning: "A stream was asked for that the source does not have.",
                advice: "`cartload check` lists the streams."),
        ] + CheckpointStoreCatalogue.entries + ProcessorsCatalogue.entries
}
