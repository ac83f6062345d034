// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// The folder of services cannot be read.
    public static let serviceFolder = CartloadError.Code("service.folder")
    /// A folder of a service has a name that no request could say.
    public static let serviceName = CartloadError.Code("service.name")
    /// A symbolic link leads out of the folder of services.
    public static let serviceOutside = CartloadError.Code("service.outside")
    /// A version of a service has no file that says what it is.
    public static let serviceMissing = CartloadError.Code("service.missing")
    /// A file of a service lies above the folder of a version.
    public static let serviceMisplaced = CartloadError.Code("service.misplaced")
    /// A file of a service says what cannot be.
    public static let serviceDefinition = CartloadError.Code("service.definition")
    /// Two versions of services have the same id.
    public static let serviceRepeated = CartloadError.Code("service.repeated")
    /// There are more versions of services than are read.
    public static let serviceTooMany = CartloadError.Code("service.too-many")
    /// A service's program for jq cannot be compiled.
    public static let serviceJQ = CartloadError.Code("service.jq")
}

/// The error codes of this module, for `Docs/errors.md`.
public enum CartloadServicesCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .serviceFolder, meaning: "The folder of services, or a folder in it, cannot be read.",
            advice: "Check the path and its permissions; services that were read before stay in use."),
        CatalogueEntry(
            .serviceName, meaning: "A folder of services has a name that no request could say.",
            advice: "Use letters, digits, dots, underlines, hyphens and inner spaces, 128 at most."),
        CatalogueEntry(
            .serviceOutside, meaning: "A symbolic link leads out of the folder of services.",
            advice: "Put what it leads to into the folder; programs may be anywhere."),
        CatalogueEntry(
            .serviceMissing, meaning: "A version of a service has no file service.yaml.",
            advice: "Write one, as services.md says, or remove the version's folder."),
        CatalogueEntry(
            .serviceMisplaced,
            meaning: "A file service.yaml lies above the folder of a version, where nobody reads it.",
            advice: "Move it to FOLDER/SERVICE/VERSION/service.yaml."),
        CatalogueEntry(
            .serviceDefinition, meaning: "A file service.yaml says what cannot be; the message says what.",
            advice: "Correct it; until then the version is used as it was read before, if it was."),
        CatalogueEntry(
            .serviceRepeated, meaning: "Two versions of services have the same id.",
            advice: "Give one of them another version_id, or none: then it gets one from its place."),
        CatalogueEntry(
            .serviceTooMany, meaning: "There are more versions of services than are read.",
            advice: "Remove versions that nobody uses, or allow more."),
        CatalogueEntry(
            .serviceJQ, meaning: "A service's program for jq cannot be compiled, or there is no jq.",
            advice: "Try it by hand: jq -n -c PROGRAM."),
    ]
}
