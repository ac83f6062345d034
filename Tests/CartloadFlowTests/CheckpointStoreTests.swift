// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTesting
import Glibc
import Testing

@Suite struct CheckpointStoreTests {
    @Test func theStoreInMemoryKeepsTheContract() throws {
        let store = MemoryCheckpointStore()
        try CheckpointStoreContract(isDurable: false) { store }.run()
    }

    @Test func theSQLiteStoreKeepsTheContract() throws {
        let folder = try TemporaryFolder()
        try CheckpointStoreContract(isDurable: true) {
            try SQLiteCheckpointStore(directory: folder.path + "/deep/state")
        }.run()
    }

    @Test func aSecondRunIsRefusedWithTheProcessThatHoldsTheFirst() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteCheckpointStore(directory: folder.path)
        let claim = try store.claim("nightly")
        let error = #expect(throws: CartloadError.self) { try store.claim("nightly") }
        #expect(error?.message == "\"nightly\" is already running (process \(getpid()))")
        #expect(error?.code == .alreadyRunning)
        claim.release()
        try store.claim("nightly").release()
    }

    @Test func aDroppedClaimIsReleased() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteCheckpointStore(directory: folder.path)
        do { _ = try store.claim("a") }
        _ = try store.claim("a")
    }

    @Test func aStateOfANewerReleaseIsRefused() throws {
        let folder = try TemporaryFolder()
        _ = try SQLiteCheckpointStore(directory: folder.path)
        try folder.overwrite("state.db", at: 60, with: [0, 0, 0, 99])  // the header's user_version
        try? folder.remove("state.db-wal")
        let error = #expect(throws: CartloadError.self) { try SQLiteCheckpointStore(directory: folder.path) }
        #expect(error?.code == .newerState)
    }

    @Test func aFileInTheWayOfTheFolderIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("state", "no folder")
        let error = #expect(throws: CartloadError.self) {
            try SQLiteCheckpointStore(directory: folder.path + "/state/x")
        }
        #expect(error?.code == .stateDirectory)
    }
}
