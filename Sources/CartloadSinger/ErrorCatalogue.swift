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
            .singerState, meaning: "A tap's state cannot be used.",
            advice: "Give the last line that the target printed, or start without a state."),
        CatalogueEntry(
            .singerProgram, meaning: "Another tap or target cannot be used.",
            advice: "Run its command by hand and look at what it prints."),
        CatalogueEntry(
            .singerOutput, meaning: "Messages or states cannot be written to standard output.",
            advice: "The program that reads them has ended; look at what it says."),
        CatalogueEntry(
            .singerVersion, meaning: "A destination cannot take the records of older versions away.",
            advice: "Load into a database, or set process_activate_version_messages to false."),
        CatalogueEntry(
            .invalidDate, meaning: "A text that the schema calls a date, or a date and time, is none.",
            advice: "Set invalid_dates to max or null to replace such texts, or correct the source."),
        CatalogueEntry(
            .batchFile, meaning: "A BATCH message names a file that cannot or must not be read.",
            advice: "Allow its folder or host in the configuration, if it is meant."),
    ]
}
