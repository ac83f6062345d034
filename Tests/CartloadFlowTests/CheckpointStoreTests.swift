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

    /// As between the fork and the exec of a child that another thread starts.
    @Test func aClaimIsReleasedAlsoWhenAChildStillHasTheLock() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteCheckpointStore(directory: folder.path)
        let claim = try store.claim("a")
        let lock = try #require((0..<1024).first { Self.target($0).hasPrefix("\(folder.path)/a.lock") })
        let inherited = dup(lock)
        defer { close(inherited) }
        claim.release()
        try store.claim("a").release()
    }

    /// What the descriptor is open on.
    private static func target(_ descriptor: Int32) -> String {
        var text = [CChar](repeating: 0, count: 4096)
        let size = readlink("/proc/self/fd/\(descriptor)", &text, text.count)
        return String(decoding: text[..<max(0, size)].map(UInt8.init(bitPattern:)), as: UTF8.self)
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
