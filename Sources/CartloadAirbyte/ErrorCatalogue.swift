// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The error codes of this module, for `Docs/errors.md`.
public enum CartloadAirbyteCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .airbyteMessage, meaning: "A message of the Airbyte protocol lacks a part, or has one of the wrong kind.",
            advice: "Look at the line that the message names; the program that wrote it is at fault."),
        CatalogueEntry(
            .airbyteCatalog, meaning: "A catalog of the Airbyte protocol cannot be used.",
            advice: "Make it anew from what the connector's discover prints."),
        CatalogueEntry(
            .airbyteState, meaning: "A state of the Airbyte protocol cannot be used.",
            advice: "Give the last state of this stream and connector, or start without one."),
        CatalogueEntry(
            .airbyteFailure, meaning: "Another Airbyte connector says that it failed.",
            advice: "Its own words are quoted; run its command by hand to see all of them."),
        CatalogueEntry(
            .airbyteOutput, meaning: "Messages of the Airbyte protocol cannot be written to standard output.",
            advice: "The program that reads them has ended; look at what it says."),
    ]
}
