// SPDX-License-Identifier: Apache-2.0

extension CartloadError.Code {
    /// A checkpoint was written by another kind of stream, by another stream, or by a newer version.
    public static let batchCheckpoint = CartloadError.Code("batch.checkpoint")
    /// A batch description is not one that the stream made.
    public static let batchDescription = CartloadError.Code("batch.description")
    /// Settings of batches contradict each other or are out of range.
    public static let batchSettings = CartloadError.Code("batch.settings")
    /// A time zone is not known, or its rules cannot be read.
    public static let timeZone = CartloadError.Code("batch.time-zone")
}

extension CoreCatalogue {
    /// The codes of batches and their checkpoints; a part of ``entries``.
    static let batches: [CatalogueEntry] = [
        CatalogueEntry(
            .batchCheckpoint,
            meaning: "A checkpoint is of another kind of stream, of another stream, or of a newer version.",
            advice: "Start over with --fresh, or with the settings and the version that wrote it."),
        CatalogueEntry(
            .batchDescription, meaning: "A stream was given a batch that it did not describe.",
            advice: "Hand back the descriptions that the stream made, unchanged."),
        CatalogueEntry(
            .batchSettings, meaning: "Settings of batches contradict each other or are out of range.",
            advice: "Change what the message names."),
        CatalogueEntry(
            .timeZone, meaning: "A time zone is not known, or its rules cannot be read.",
            advice: "Write a name such as Europe/Berlin, and install the package tzdata."),
    ]
}
