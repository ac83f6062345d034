// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// There is no such service.
    public static let serviceUnknown = CartloadError.Code("service-call.unknown")
    /// A service cannot be called.
    public static let serviceCallFailed = CartloadError.Code("service-call.failed")
    /// A service says that a record cannot be computed.
    public static let serviceRejected = CartloadError.Code("service-call.rejected")
    /// A service says something about a record that it has computed.
    public static let serviceWarning = CartloadError.Code("service-call.warning")
}

/// Every error code of this module.
public enum CartloadServiceCallsCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .serviceUnknown, meaning: "A flow names a service that is not there.",
            advice: "Correct its name, or name the folder of services or the server that has it."),
        CatalogueEntry(
            .serviceCallFailed, meaning: "A service that a flow sends its records through cannot be called.",
            advice: "Look at what the message says; what was committed stays, and the flow can be run again."),
        CatalogueEntry(
            .serviceRejected, meaning: "A service cannot compute a record.",
            advice: "Look at what it says of the record, or send such records to a reject file."),
        CatalogueEntry(
            .serviceWarning, meaning: "A service has something to say about a record that it has computed.",
            advice: "Nothing needs to be done; the server's answers have the texts."),
    ]
}
