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
        CatalogueEntry(
            .batchesSettings, meaning: "`cartload batches` is not told which server to use and as whom, or not usably.",
            advice: "Give --url, --tenant and --token, or set CARTLOAD_URL, CARTLOAD_TENANT and CARTLOAD_TOKEN."),
        CatalogueEntry(
            .batchesUnauthorized, meaning: "The server of the Batches API does not know the caller, or forbids it.",
            advice: "Give a valid token, API key or client, and the tenant that it belongs to."),
        CatalogueEntry(
            .batchesNotFound, meaning: "The server has no such pipeline or service, or has forgotten it.",
            advice: "`cartload batches describe` lists the pipelines."),
        CatalogueEntry(
            .batchesRefused, meaning: "The server refuses a request as it is; the message says why.",
            advice: "Correct what the message names."),
        CatalogueEntry(
            .batchesBusy, meaning: "The server has too much to do, or the tenant too many pipelines.",
            advice: "Try again later, or close pipelines that nobody needs."),
        CatalogueEntry(
            .batchesUnavailable, meaning: "There is no server, or it does not work, for longer than --patience.",
            advice: "Start it, or check --url; a run goes on when it is started again."),
        CatalogueEntry(
            .badBatchesAnswer, meaning: "An answer of the server is not what the API says.",
            advice: "Check that --url leads to a server of the Batches API; nothing of the answer was used."),
        CatalogueEntry(
            .batchesCancelled, meaning: "Somebody cancelled the pipeline of a run.",
            advice: "What was written stays; the same command goes on with another pipeline."),
        CatalogueEntry(
            .inputChanged, meaning: "The input of a run is not the one that it has begun with.",
            advice: "Put the earlier input back to go on, or start over with --fresh."),
        CatalogueEntry(
            .anotherRun,
            meaning: "An unfinished run into the same output has another service, input, server or options.",
            advice: "Give its command again to finish it, or start over with --fresh."),
        CatalogueEntry(
            .batchesState, meaning: "The state of an earlier run cannot be used.",
            advice: "Start over with --fresh."),
        CatalogueEntry(
            .unknownResult, meaning: "A result came for a chunk that the run has not pushed.",
            advice: "Let nobody else push to the pipeline of a run; --fresh starts over with another one."),
        CatalogueEntry(
            .lostResults, meaning: "The server loses the pipelines of a run again and again.",
            advice: "Look at the server's log; the same command goes on from where it was."),
        CatalogueEntry(
            .noRecords, meaning: "What is to be pushed holds no records.",
            advice: "Give JSON Lines, CSV, a JSON array of records or chunks."),
    ]
}
