// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSQLite
import SQLiteDatabase
import TestSupport
import Testing

/// Fields that processors pass on as the JSON text that they were read as.
@Suite struct PassedFieldsTests {
    @Test func theyAreStoredAsTheirValues() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/test.db"
        var diagnostics = Diagnostics()
        let rows = RecordBatch(
            .rows(Rows(["{\"id\":1,\"name\":\"Ada\",\"tags\":[\"a\"]}", "{\"id\":2,\"name\":null,\"tags\":null}"])))
        let items = ["id", "name", "tags"].map { Projection.Item($0, .raw) }
        let passed = RecordBatch(.columns(try rows.columns(Projection(items), &diagnostics).columns))
        let writer = try await SQLiteDestination(path: file, load: .append).open(
            DestinationStream("t", checkpointID: "test"))
        try await writer.write(writer.prepare(passed, &diagnostics))
        _ = try await writer.commit(Commit(sequence: 1, checkpoint: Checkpoint(nil), isLast: true))
        try await writer.close()
        let stored = try Database(path: file, access: .readOnly).rows(
            "SELECT typeof(id) || ' ' || id || ' ' || coalesce(name, '-') || ' ' || coalesce(tags, '-') FROM t ORDER BY id"
        ) { $0.string(0) ?? "" }
        #expect(stored == ["integer 1 Ada [\"a\"]", "integer 2 - -"])
        #expect(diagnostics.rejects.isEmpty)
    }
}
