// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// The address to listen on is not this machine's, or no address at all.
    public static let serverAddress = CartloadError.Code("server.bad-address")
    /// Somebody else listens there.
    public static let serverAddressInUse = CartloadError.Code("server.address-in-use")
    /// The system does not allow to listen there.
    public static let serverNotAllowed = CartloadError.Code("server.not-allowed")
    /// The certificate or its key cannot be used.
    public static let serverCertificate = CartloadError.Code("server.bad-certificate")
    /// An option is outside its range.
    public static let serverOption = CartloadError.Code("server.bad-option")
    /// The server could not be started for another reason.
    public static let serverNotStarted = CartloadError.Code("server.not-started")
}

/// The error codes of this module, for `Docs/errors.md`.
public enum CartloadHTTPCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .serverAddress, meaning: "The address to listen on is unknown, or is not one of this machine's.",
            advice: "Name an address of this machine, 127.0.0.1 for itself alone or :: for all."),
        CatalogueEntry(
            .serverAddressInUse, meaning: "Another program listens on the address and port.",
            advice: "Choose another port, or end the other program."),
        CatalogueEntry(
            .serverNotAllowed, meaning: "The system does not allow to listen on the address and port.",
            advice: "Choose a port from 1024 on."),
        CatalogueEntry(
            .serverCertificate, meaning: "The files of the certificate or its key cannot be used.",
            advice: "Name PEM files that belong together; the key must have no password."),
        CatalogueEntry(
            .serverOption, meaning: "An option of the server is outside its range.",
            advice: "Choose a value in the range that the message names."),
        CatalogueEntry(
            .serverNotStarted, meaning: "The server could not be started; the message says why.",
            advice: "Check the limits of the system and the user."),
    ]
}
