// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// More is waiting to be made durable than the store allows.
    public static let storeBusy = CartloadError.Code("store.busy")
    /// Another process has the store open.
    public static let storeInUse = CartloadError.Code("store.in-use")
    /// The store was written by a later release.
    public static let storeNewerVersion = CartloadError.Code("store.newer-version")
    /// What is stored contradicts itself.
    public static let storeDamaged = CartloadError.Code("store.damaged")
    /// There is no room for payloads.
    public static let storeDiskFull = CartloadError.Code("store.disk-full")
    /// Payloads could not be written, or not made durable.
    public static let storeWriteFailed = CartloadError.Code("store.write-failed")
    /// A payload could not be read.
    public static let storeReadFailed = CartloadError.Code("store.read-failed")
    /// The store was not loaded yet, or is closed.
    public static let storeClosed = CartloadError.Code("store.closed")
    /// The folder of the store cannot be used.
    public static let storeFolder = CartloadError.Code("store.folder")
}

/// Every error code of this module.
public enum CartloadStoresCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .storeBusy, meaning: "More bytes were waiting to be made durable than the store allows.",
            advice: "Send again later; if it happens often, the disk is too slow for what is sent."),
        CatalogueEntry(
            .storeInUse, meaning: "Another process has the store of pipelines open.",
            advice: "End the other process, or name another folder."),
        CatalogueEntry(
            .storeNewerVersion, meaning: "The store of pipelines was written by a later release.",
            advice: "Use that release, or name another folder."),
        CatalogueEntry(
            .storeDamaged, meaning: "What the store of pipelines holds contradicts itself or has a wrong checksum.",
            advice: "Look for a failing disk or for another program in the folder, and restore a backup."),
        CatalogueEntry(
            .storeDiskFull, meaning: "The disk has no room for the payloads of chunks.",
            advice: "Make room; what was accepted is kept, and later chunks are accepted again."),
        CatalogueEntry(
            .storeWriteFailed, meaning: "Payloads of chunks could not be written or not made durable.",
            advice: "Check the disk that holds the store; nothing of the refused change was kept."),
        CatalogueEntry(
            .storeReadFailed, meaning: "The operating system failed to read a payload of a chunk.",
            advice: "Check the disk that holds the store."),
        CatalogueEntry(
            .storeClosed, meaning: "A change came before the store was loaded or after it was closed.",
            advice: "Start the server again; a client may send the same chunk again."),
        CatalogueEntry(
            .storeFolder, meaning: "The folder of the store of pipelines cannot be made or used.",
            advice: "Check its permissions, or name another folder."),
    ]
}
