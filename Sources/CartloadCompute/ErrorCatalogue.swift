// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A chunk's payload is not in the store.
    public static let payloadMissing = CartloadError.Code("compute.payload-missing")
    /// A chunk is not what it should be.
    public static let invalidChunk = CartloadError.Code("compute.invalid-chunk")
    /// A service has no output or subservice of a name.
    public static let unknownOutput = CartloadError.Code("compute.unknown-output")
    /// A stored pipeline cannot be read.
    public static let invalidPipelineRecord = CartloadError.Code("compute.invalid-record")
    /// A pipeline's version of a service is not there any more.
    public static let serviceGone = CartloadError.Code("compute.service-gone")
    /// The store cannot keep what was decided.
    public static let storeFailed = CartloadError.Code("compute.store-failed")
    /// A chunk could not be run.
    public static let chunkNotRun = CartloadError.Code("compute.chunk-not-run")
    /// There is no worker for a call now.
    public static let workersBusy = CartloadError.Code("compute.workers-busy")
}

/// Every error code of this module.
public enum ComputeCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .payloadMissing, meaning: "The input or the result of a chunk is not where it should be.",
            advice: "The store is damaged or something else writes to its folder; stop the server and look there."),
        CatalogueEntry(
            .invalidChunk, meaning: "A pushed chunk, or the body that brings it, is not what it should be.",
            advice: "Correct the field that the message names; nothing of the push was accepted."),
        CatalogueEntry(
            .unknownOutput, meaning: "A pipeline asks for an output or a subservice that its service does not have.",
            advice: "Choose among those that the message names."),
        CatalogueEntry(
            .invalidPipelineRecord, meaning: "What a store has of a pipeline cannot be read.",
            advice: "The store is damaged or of another version; keep its folder and start with another one."),
        CatalogueEntry(
            .serviceGone, meaning: "A pipeline is for a version of a service that is not there any more.",
            advice: "Put the version back; its chunks wait for it until the pipeline's time is over."),
        CatalogueEntry(
            .storeFailed, meaning: "The store could not keep what was decided; pushes and pulls are refused meanwhile.",
            advice: "Look at the disk of the store's folder; the server tries again by itself."),
        CatalogueEntry(
            .chunkNotRun, meaning: "A chunk could not be run, and is tried again.",
            advice: "Look at what the message says of the service's worker."),
        CatalogueEntry(
            .workersBusy, meaning: "All workers that a service may have are at work, or the server is stopping.",
            advice: "Try again later, or allow more workers."),
    ]
}
