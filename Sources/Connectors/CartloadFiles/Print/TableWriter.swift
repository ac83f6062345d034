// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Prints the first records as a table, once there are enough of them or the stream has ended.
actor TableWriter: RecordWriter {
    /// How many rows a table has unless somebody wants another number.
    static let usualRows = 20
    /// How many rows a table can have, because all are held (I7).
    static let maximumRows = 10_000

    private let limit: Int
    private let output: StandardOutput
    private var records: [JSONObject] = []
    private var isPrinted = false

    init(limit: Int, to output: StandardOutput) {
        self.limit = limit
        self.output = output
    }

    func write(records new: [Record]) async throws {
        guard !isPrinted else { return }
        records += new.prefix(limit - records.count).map(\.object)
        if records.count == limit { try show() }
    }

    func commit(_ commit: Commit) async throws -> JSONValue {
        if commit.isLast, !isPrinted { try show() }
        return .null
    }

    private func show() throws {
        isPrinted = true
        try output.write(Bytes(TextTable(records).text))
        records = []
    }
}
