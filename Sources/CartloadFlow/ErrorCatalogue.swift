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
                .sourceCheckpoint, meaning: "A checkpoint is of another kind, version or stream.",
                advice: "Start over with --fresh, or with the version that wrote it."),
            CatalogueEntry(
                .duplicateBatch, meaning: "Two batches of a stream have the same description.",
                advice: "Put something into the descriptions that differs."),
            CatalogueEntry(
                .batchFailed, meaning: "A batch could not be read.",
                advice: "Look at the error; `batch_failures` in the flow says how often it is tried."),
            CatalogueEntry(
                .batchTimeout, meaning: "A batch took longer than allowed.",
                advice: "Raise the limit, or make batches smaller."),
            CatalogueEntry(
                .tooManySkipped, meaning: "More batches failed than a run skips.",
                advice: "Something is wrong with all of them; look at the first failure."),
            CatalogueEntry(
                .unknownStream, meaning: "A stream was asked for that the source does not have.",
                advice: "`cartload check` lists the streams."),
        ] + LinksCatalogue.entries + CheckpointStoreCatalogue.entries + ProcessorsCatalogue.entries
        + PlannerCatalogue.entries
}
