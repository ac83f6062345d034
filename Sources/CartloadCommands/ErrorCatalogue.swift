// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Every error code of this module.
public enum CommandsCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .unknownVerb, meaning: "The command line names a verb that does not exist.",
            advice: "`cartload help` lists them."),
        CatalogueEntry(
            .unknownOption, meaning: "The command line has an option that the verb does not know.",
            advice: "`cartload help VERB` lists them."),
        CatalogueEntry(
            .missingValue, meaning: "An option that takes a value has none, or a flag has one.",
            advice: "Write `--name value`; a flag stands alone."),
        CatalogueEntry(
            .invalidValue, meaning: "The value of an option or argument is none of those that are possible.",
            advice: "`cartload help VERB` names them."),
        CatalogueEntry(
            .missingArgument, meaning: "An argument of the verb is missing.",
            advice: "`cartload help VERB` shows the usage."),
        CatalogueEntry(
            .unexpectedArgument, meaning: "There are more arguments than the verb takes.",
            advice: "Put text with spaces or `*` in quotes."),
        CatalogueEntry(
            .unknownConnector, meaning: "A flow or a command names a connector that does not exist.",
            advice: "`cartload connectors` lists them."),
        CatalogueEntry(
            .unknownEndpoint, meaning: "No connector recognises a path or URL.",
            advice: "`cartload connectors` lists what there is; write the connector's name and settings in a flow file."
        ),
        CatalogueEntry(
            .wrongRole, meaning: "A connector is used as a source or destination, which it is not.",
            advice: "`cartload connectors` tells what each one can be."),
        CatalogueEntry(
            .outputFailed, meaning: "Standard output, or the file of --stats, cannot be written.",
            advice: "Check the space and the permissions where it goes."),
        CatalogueEntry(
            .notBuiltIn, meaning: "This program was put together without the engine that runs flows.",
            advice: "Use the `cartload` program, or give a runner."),
        CatalogueEntry(
            .serverOpenToAll, meaning: "A server that knows no user would be reached from other machines.",
            advice: "Name tenants and users in a configuration, or listen on 127.0.0.1."),
        CatalogueEntry(
            .accessLogFailed, meaning: "The access log of a server cannot be opened.",
            advice: "Name a file in a directory that may be written to."),
    ]
}
