// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A chunk's payload is not in the store.
    public static let payloadMissing = CartloadError.Code("compute.payload-missing")
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
            .workersBusy, meaning: "All workers that a service may have are at work, or the server is stopping.",
            advice: "Try again later, or allow more workers."),
    ]
}
