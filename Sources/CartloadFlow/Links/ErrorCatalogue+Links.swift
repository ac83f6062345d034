// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The error codes of links.
enum LinksCatalogue {
    static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .linkBuffer, meaning: "The settings of a link's buffer do not go together.",
            advice: "The message says which; a buffer needs at least one limit that lets records go."),
        CatalogueEntry(
            .batcherOversize, meaning: "A record is larger than a batch may be.",
            advice: "Raise the limit of bytes, or let such records be alone in their batch."),
        CatalogueEntry(
            .linkInactive, meaning: "A transfer was asked of a link that is not started, or was shut down.",
            advice: "Start it first."),
        CatalogueEntry(
            .linkNames, meaning: "Two inlets or outlets of a link have the same name.",
            advice: "Rename one of them: what is remembered of it is kept under its name."),
        CatalogueEntry(
            .inletFailed, meaning: "An inlet of a link failed.",
            advice: "Its own words are quoted; `on_failure` says whether it is tried again or left out."),
        CatalogueEntry(
            .outletFailed, meaning: "An outlet of a link failed on a batch.",
            advice: "Its own words are quoted; `on_failure` says whether it is tried again or goes without the batch."),
        CatalogueEntry(
            .outletTimeout, meaning: "An outlet of a link took too long for a batch.",
            advice: "Whether the batch arrived is not known; raise the timeout, or look why it hangs."),
        CatalogueEntry(
            .stageFailed, meaning: "A stage of a link failed on a batch, whose records were rejected.",
            advice: "Its own words are quoted in the reject file."),
        CatalogueEntry(
            .stageSkipped, meaning: "A stage of a link failed on a batch, and the link went on without it.",
            advice: "The log has its own words; `on_failure` asked for this."),
    ]
}
