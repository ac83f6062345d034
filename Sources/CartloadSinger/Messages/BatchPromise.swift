// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What a BATCH message says about the number of its records, compared with what its files have.
struct BatchPromise: Sendable {
    private let stream: String
    private let files: Int
    /// How many there are in all files together.
    let exact: Int?
    /// How many a file has at most.
    private let bound: Int?
    /// Where the message is.
    private let location: Location

    init(_ message: BatchMessage, at location: Location) {
        stream = message.stream
        files = message.files.count
        exact = message.recordCount
        bound = message.recordsPerFile
        self.location = location
    }

    /// Compares the counts of the files: an exact count must be right, a bound may only be noticed.
    func check(_ counts: [Int], warn: (CartloadError) -> Void) throws {
        try check(exactly: counts.reduce(0, +))
        if let bound, let count = counts.first(where: { $0 > bound }) {
            warn(exceeded("a file of \"\(stream)\" has \(count) records, more than the \(bound) of its message"))
        }
    }

    /// The same where somebody else has read the files and knows only how many there were in all.
    func check(total: Int, warn: (CartloadError) -> Void) throws {
        try check(exactly: total)
        if let bound, total > bound * files {
            warn(
                exceeded(
                    "the files of \"\(stream)\" have \(total) records, more than \(bound) each, as the message says"))
        }
    }

    private func check(exactly total: Int) throws {
        guard let exact, exact != total else { return }
        throw CartloadError(
            .batchFile, "the files of the batch have \(total) records and the message says \(exact)", at: location,
            advice: "A file is cut off or another one; let the tap send the batch again.")
    }

    private func exceeded(_ what: String) -> CartloadError { CartloadError(.batchFile, what, at: location) }
}
