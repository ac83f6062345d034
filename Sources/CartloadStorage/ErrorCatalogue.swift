// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The error codes of this module, for `Docs/errors.md`.
public enum StorageCatalogue {
    public static let entries: [CatalogueEntry] = files + http + s3

    private static let files: [CatalogueEntry] = [
        CatalogueEntry(.notFound, meaning: "There is no file or folder of that name.", advice: "Check the path."),
        CatalogueEntry(
            .permissionDenied, meaning: "The operating system does not allow it.",
            advice: "Give the user that runs Cartload access, or choose another path."),
        CatalogueEntry(
            .isFolder, meaning: "A file was expected and a folder found.",
            advice: "Name a file, or end the path with / to mean the files of the folder."),
        CatalogueEntry(
            .notAFile, meaning: "A plain file was expected, and a device, a pipe or a link found.",
            advice: "Name a plain file; standard output is written with `-`."),
        CatalogueEntry(
            .inUse, meaning: "Somebody else is writing the file.",
            advice: "Give each destination and each run a file of its own, or wait for the other run to end."),
        CatalogueEntry(
            .notFolder, meaning: "A folder was expected and something else found.", advice: "Check the path."),
        CatalogueEntry(
            .diskFull, meaning: "The disk, or the user's share of it, is full.",
            advice: "Make room and run again; it goes on after the last checkpoint."),
        CatalogueEntry(
            .readOnly, meaning: "The file system is mounted read-only.",
            advice: "Choose a path on a file system that can be written."),
        CatalogueEntry(
            .readFailed, meaning: "Reading failed; the cause says why.", advice: "Check the disk and the path."),
        CatalogueEntry(
            .writeFailed, meaning: "Writing failed; the cause says why.", advice: "Check the disk and the path."),
        CatalogueEntry(
            .fileChanged, meaning: "A file is shorter than what an earlier run read or wrote of it.",
            advice: "Start again with --fresh."),
        CatalogueEntry(
            .noMatch, meaning: "No file matches a pattern, or a folder has no files.",
            advice: "Check the path; names that begin with . or _ are left out."),
        CatalogueEntry(
            .badPattern, meaning: "A pattern cannot be understood.",
            advice: "Close the set, or write [[] for a bracket itself."),
    ]
}
