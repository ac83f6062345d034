// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import TestSupport
import Testing

@Suite struct PlannerStoreTests {
    private let first = PlannerRecord(
        settled: Instant(microseconds: 1_772_690_400_123_456), times: "every 60.0 seconds", runCount: 3)
    private let second = PlannerRecord(
        settled: Instant(microseconds: -5), times: "0 4 * * mon Europe/Berlin",
        lastScheduled: Instant(microseconds: -7), runCount: 1 << 40)

    private func check(_ open: () throws -> any PlannerStore) throws {
        let store = try open()
        #expect(try store.load(["a", "b"]).isEmpty)
        try store.save(["a": first, "b \"quoted\" – ü": second])
        #expect(try store.load(["a", "b \"quoted\" – ü", "c"]) == ["a": first, "b \"quoted\" – ü": second])
        try store.save(["a": second])
        #expect(try open().load(["a", "b \"quoted\" – ü"]) == ["a": second, "b \"quoted\" – ü": second])
    }

    @Test func theStoreInMemoryRemembers() throws {
        let store = MemoryPlannerStore()
        try check { store }
    }

    @Test func theSQLiteStoreRemembersAlsoWhenItIsOpenedAgain() throws {
        let folder = try TemporaryFolder()
        try check { try SQLitePlannerStore(directory: folder.path + "/deep/state") }
    }

    @Test func aStateOfANewerReleaseIsRefused() throws {
        let folder = try TemporaryFolder()
        _ = try SQLitePlannerStore(directory: folder.path)
        try folder.overwrite("planner.db", at: 60, with: [0, 0, 0, 99])  // the header's user_version
        try? folder.remove("planner.db-wal")
        let error = #expect(throws: CartloadError.self) { try SQLitePlannerStore(directory: folder.path) }
        #expect(error?.code == .newerState)
    }
}
