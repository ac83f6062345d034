// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A definition says something that cannot be.
    public static let apiDefinition = CartloadError.Code("api.definition")
    /// A template cannot be read, or names something without a value.
    public static let template = CartloadError.Code("api.template")
    /// The API refuses a request.
    public static let apiRefused = CartloadError.Code("api.refused")
    /// The API refuses the credentials.
    public static let apiCredentials = CartloadError.Code("api.credentials")
    /// A refresh token that was replaced cannot be kept, or the kept one cannot be read.
    public static let apiTokenKept = CartloadError.Code("api.refresh-token")
    /// Requests failed for as often or as long as they may be tried.
    public static let apiUnavailable = CartloadError.Code("api.unavailable")
    /// An answer is not in the form that the definition names.
    public static let apiBody = CartloadError.Code("api.body")
    /// Pages follow one another in a circle, or there are too many.
    public static let apiPages = CartloadError.Code("api.pages")
    /// A record has no usable value where its window or cursor looks for it.
    public static let apiRecordTime = CartloadError.Code("api.record-time")
    /// A record lies outside the window that was asked for.
    public static let apiOutside = CartloadError.Code("api.outside-window")
    /// The API said to begin a batch's pages again.
    public static let apiPagesReset = CartloadError.Code("api.pages-reset")
    /// A parent record lacks a field that names it.
    public static let apiParent = CartloadError.Code("api.parent")
    /// A record is larger than a request may be.
    public static let postRecordTooLarge = CartloadError.Code("post.record-too-large")
    /// What was saved with a checkpoint is not of requests.
    public static let postReceipt = CartloadError.Code("post.receipt")
    /// What a URL answers cannot be read as records.
    public static let pollForm = CartloadError.Code("poll.form")
}

/// Every error code of this module.
public enum CartloadHTTPAPICatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .apiDefinition, meaning: "The definition of an HTTP API says something that cannot be.",
            advice: "Change what the message names."),
        CatalogueEntry(
            .template, meaning: "A template cannot be read, or names something that has no value.",
            advice: "Correct it, or give a default: {{ config.start | \"2024-01-01\" }}."),
        CatalogueEntry(
            .apiRefused, meaning: "An API refuses a request, in a way that trying again does not change.",
            advice: "Look at the answer that the message shows; an `errors` rule can say what it means."),
        CatalogueEntry(
            .apiCredentials, meaning: "An API does not take the credentials; nothing was tried again.",
            advice: "Check the token or password, and what it may do."),
        CatalogueEntry(
            .apiTokenKept,
            meaning:
                "A server has replaced the refresh token, and the new one cannot be kept, or the kept one not be read.",
            advice:
                "Set `token_file` under `oauth`; if a token was lost, get a new one and put it into the configuration."),
        CatalogueEntry(
            .apiUnavailable, meaning: "Requests failed for as often or as long as `retry` allows.",
            advice: "Try again later; what was read is kept. `retry` sets how often and how long."),
        CatalogueEntry(
            .apiBody,
            meaning:
                "The body of an answer is not JSON, or has no records where the definition says; it was tried again first.",
            advice: "Check the URL and the path of the records; an HTML page often comes from a proxy or a login."),
        CatalogueEntry(
            .apiPages, meaning: "An API gives the same page or the same next page again, or more pages than allowed.",
            advice: "Check `pages`: the parameter may have another name; `pages.limit` sets how many there may be."),
        CatalogueEntry(
            .apiRecordTime,
            meaning: "A record has no value in the field by which its window is checked or its cursor moves.",
            advice: "Check `field` and `format` of `windows` or `cursor`."),
        CatalogueEntry(
            .apiOutside, meaning: "An API gave records outside the window that was asked for.",
            advice: "`windows.outside` says whether they are kept; bounds that are both included need {{ batch.last }}."
        ),
        CatalogueEntry(
            .apiPagesReset,
            meaning: "An API no longer knew a page; the batch was begun again, so records may be repeated.",
            advice: "Load with upsert and keys, and nothing is there twice."),
        CatalogueEntry(
            .apiParent, meaning: "A record of a parent stream lacks a field that its children need.",
            advice: "Check `parents.fields`."),
        CatalogueEntry(
            .postRecordTooLarge, meaning: "A record is larger than a request may be.",
            advice: "Raise `bytes`, or leave out fields; with on_error: reject the others are sent."),
        CatalogueEntry(
            .postReceipt, meaning: "What was saved with a checkpoint does not belong to requests.",
            advice: "Start over with --fresh, or use another state directory."),
        CatalogueEntry(
            .pollForm, meaning: "What a URL answers is a web page, or nothing tells in which form its records are.",
            advice: "Check the URL and the credentials; `format` says what form the answer has."),
    ]
}
