// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTesting
import Foundation
import TestSupport
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

    /// As between the fork and the exec of a child that another thread starts.
    @Test func aClaimIsReleasedAlsoWhenAChildStillHasTheLock() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteCheckpointStore(directory: folder.path)
        let claim = try store.claim("a")
        let lock = try #require(try Self.descriptor(of: folder.path + "/run-a.lock"))
        let inherited = dup(lock)
        defer { close(inherited) }
        claim.release()
        try store.claim("a").release()
    }

    /// The descriptor that is open on a file.
    private static func descriptor(of file: String) throws -> Int32? {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").first {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == file
        }.flatMap { Int32($0) }
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
