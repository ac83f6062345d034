// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A program prints what nobody expects of it.
    public static let programAnswer = CartloadError.Code("program.answer")
    /// A program prints less than an earlier run has read of it.
    public static let programShorter = CartloadError.Code("program.shorter")
    /// A program rejects a record.
    public static let programRejected = CartloadError.Code("program.rejected")
    /// A program for jq cannot be compiled.
    public static let jqProgram = CartloadError.Code("jq.program")
    /// A program for jq makes of a record what is no record.
    public static let jqOutput = CartloadError.Code("jq.output")
    /// A program for jq fails for a record.
    public static let jqFailed = CartloadError.Code("jq.failed")
}

/// The error codes of this module, for `Docs/errors.md`.
public enum CartloadProgramsCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .programAnswer, meaning: "A program prints what is no answer to what it was given.",
            advice: "It must print one line for each that it reads: an object, null, an array of objects or a string."),
        CatalogueEntry(
            .programShorter, meaning: "A program prints less than an earlier run has read of it.",
            advice: "Its output must begin as before; leave out resume: skip, or start over with --fresh."),
        CatalogueEntry(
            .programRejected, meaning: "A program rejects a record, and says why.",
            advice: "Correct the record, or let on_error put such records into a file."),
        CatalogueEntry(
            .jqProgram, meaning: "A program for jq cannot be compiled.",
            advice: "Try it by hand: jq -n -c PROGRAM."),
        CatalogueEntry(
            .jqOutput, meaning: "A program for jq makes of a record what is no record, or several.",
            advice: "Let it give one object, null or nothing; many: true takes several objects."),
        CatalogueEntry(
            .jqFailed, meaning: "A program for jq fails for a record.",
            advice: "Guard it with ? or //, or let on_error put such records into a file."),
    ]
}
