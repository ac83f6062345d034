// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension StreamDefinition {
    static let settings: [Setting] = [
        Setting("path", .string, "Put behind the base URL; a template.", isRequired: true),
        Setting("method", .string, "GET, POST, ….", default: "GET"),
        Setting("headers", .mapping([]), "Headers, by name; templates."),
        Setting("params", .mapping([]), "Parameters of the URL, by name; templates, left out when null."),
        Setting("body", .mapping(bodySettings), "What is sent; one of these."),
        Setting("records", .any, "The path of the records, or a mapping of path, format and optional."),
        Setting("keys", .strings, "The fields that identify a record."),
        Setting("add", .mapping([]), "Fields added to every record; templates."),
        Setting("pages", .mapping(pageSettings), "How pages follow one another."),
        Setting("parents", .mapping(parentSettings), "A part for each record of another stream."),
        Setting("list", .mapping(listSettings), "A part for each value."),
        Setting("windows", .mapping(windowSettings), "Batches by time."),
        Setting("ranges", .mapping(rangeSettings), "Batches by ranges of whole numbers."),
        Setting("cursor", .mapping(cursorSettings), "Only what is new since the greatest value of a field."),
        Setting("errors", .list, "What answers mean; the first rule that fits decides."),
        Setting("schema", .mapping([]), "The records' JSON Schema; found out from them when it is not given."),
        Setting("concurrency", .integer, "How many batches are read at once.", default: 1),
        Setting("refresh", .any, "How long after a stream without windows was read it is read again."),
    ]

    static let bodySettings: [Setting] = [
        Setting("json", .any, "A JSON value, whose texts are templates."),
        Setting("form", .mapping([]), "Fields, as of a form; templates."),
        Setting("text", .string, "Text; a template."),
    ]

    static let recordSettings: [Setting] = [
        Setting("path", .string, "Where the array, or the one object, is."),
        Setting("format", .choice(["json", "jsonl", "csv"]), "What the body is.", default: "json"),
        Setting("optional", .boolean, "Whether an answer without them is a page without records.", default: false),
    ]

    static let pageSettings: [Setting] = [
        Setting(
            "by", .choice(["number", "offset", "token", "url", "link"]), "What leads to the next.", isRequired: true),
        Setting("path", .string, "Where the body has the token or URL of the next page."),
        Setting("from_header", .string, "The header that has the token of the next page."),
        Setting("param", .string, "The parameter that asks for a page."),
        Setting("header", .string, "The header that asks for a page."),
        Setting("member", .string, "The member of the body that asks for a page."),
        Setting("first", .integer, "The first page's number.", default: 1),
        Setting("size", .integer, "How many records a page has."),
        Setting("size_param", .string, "The parameter that asks for so many."),
        Setting("more", .string, "A path whose value says whether there are more."),
        Setting("total", .string, "A path whose value says how many records there are in all."),
        Setting(
            "ends_when_short", .boolean, "Whether a page with fewer records than its size is the last.", default: false),
        Setting("limit", .integer, "How many pages a batch may have.", default: 100_000),
    ]

    static let parentSettings: [Setting] = [
        Setting("stream", .string, "The stream whose records they are.", isRequired: true),
        Setting("fields", .strings, "The fields that tell them apart, and that templates need.", isRequired: true),
        Setting("concurrency", .integer, "How many batches of one parent are read at once.", default: 1),
    ]

    static let listSettings: [Setting] = [
        Setting("name", .string, "What templates call the value: parent.NAME.", isRequired: true),
        Setting("values", .list, "The values; a template may give several.", isRequired: true),
        Setting("concurrency", .integer, "How many batches of one value are read at once.", default: 1),
    ]

    static let windowSettings: [Setting] = [
        Setting("start", .string, "Where time begins; a template.", isRequired: true),
        Setting("end", .string, "Where time ends; now when it is not given."),
        Setting("step", .string, "How long a window is: hour, 15 minutes, 1 month.", isRequired: true),
        Setting("zone", .string, "The time zone of days and longer.", default: "UTC"),
        Setting("lookback", .any, "How far back every run looks again."),
        Setting("lag", .any, "How long records may take to be there."),
        Setting(
            "last", .choice(TimeWindows.Last.allCases.map(\.rawValue)),
            "Whether a window that has not ended waits, or is read as far as it goes.", default: "whole"),
        Setting("precision", .any, "How precise the API's times are, for batch.last.", default: "microsecond"),
        Setting("field", .string, "The field of a record that must be in the window."),
        Setting(
            "format", .choice(TimeForm.allCases.map(\.rawValue)), "How that field writes times.", default: "iso"),
        Setting(
            "outside", .choice(["keep", "drop"]), "What happens to records outside their window; they are counted.",
            default: "keep"),
    ]

    static let rangeSettings: [Setting] = [
        Setting("from", .any, "The first number.", isRequired: true),
        Setting("to", .any, "The number after the last.", isRequired: true),
        Setting("step", .integer, "How many numbers a batch has.", isRequired: true),
    ]

    static let cursorSettings: [Setting] = [
        Setting(
            "field", .string, "The field of a record whose greatest value is where the next run begins.",
            isRequired: true),
        Setting("param", .string, "The parameter that asks for what is new; templates see the value as batch.since."),
        Setting("start", .any, "Where the first run begins; a template."),
        Setting(
            "format", .choice(TimeForm.allCases.map(\.rawValue)),
            "How the field writes times; without it numbers are ordered as such, and texts by their bytes."),
        Setting("sorted", .boolean, "Whether records come in the order of the field.", default: false),
        Setting(
            "equal", .choice(CursorDefinition.Equal.allCases.map(\.rawValue)),
            "Whether records with the value where the last run ended are read again or left out.", default: "again"),
    ]

    static let ruleSettings: [Setting] = [
        Setting("status", .any, "A status, a range such as 500-599, or a list of them."),
        Setting("path", .string, "A path of the body."),
        Setting("is", .any, "The value there, or a list of values; anything but null when it is not given."),
        Setting("contains", .string, "Text of the body."),
        Setting(
            "then", .choice(AnswerRule.Meaning.allCases.map(\.rawValue)), "What the answer means.", isRequired: true),
        Setting("message", .string, "What to say."),
    ]
}
