// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The error codes of this module, for `Docs/errors.md`.
public enum CartloadSingerCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .singerMessage, meaning: "A Singer message lacks a part, or has one of the wrong kind.",
            advice: "Look at the line that the message names; the program that wrote it is at fault."),
        CatalogueEntry(
            .singerCatalog, meaning: "A Singer catalog cannot be used.",
            advice: "Make it anew with the tap's --discover."),
        CatalogueEntry(
            .batchFile, meaning: "A BATCH message names a file that cannot or must not be read.",
            advice: "Allow its folder or host in the configuration, if it is meant."),
    ]
}
