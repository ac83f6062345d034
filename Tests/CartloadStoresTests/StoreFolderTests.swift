// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadStores
import Foundation
import SQLiteDatabase
import TestSupport
import Testing

@Suite struct StoreFolderTests {
    private static let key = PayloadKey(pipeline: "p", sequence: 0, kind: .input)
    private let folder: TemporaryFolder
    private let options = SegmentedStoreOptions(segmentBytes: 10_000, keptSegments: 2, compressFrom: nil)

    init() throws { folder = try TemporaryFolder() }

    private func open() throws -> SegmentedPipelineStore {
        try SegmentedPipelineStore(folder: folder.path, options: options)
    }

    private static func accepted(_ sequence: Int, _ input: Bytes) -> StoreChange {
        let chunk = ChunkRecord(
            sequence: sequence, id: "c\(sequence)", digest: Bytes("d"), recordCount: 1, inputBytes: input.count)
        return .accepted(pipeline: "p", chunk, input: input)
    }

    /// A store with one queued chunk, which is closed again.
    private func fill(_ input: String = "[1,2,3]") async throws {
        let store = try open()
        _ = try store.load()
        try await store.commit([
            .pipeline(PipelineRecord(id: "p", tenant: "t", body: Bytes("{}"))), Self.accepted(0, Bytes(input)),
        ])
        store.close()
    }

    /// The descriptor that is open on a file.
    private static func descriptor(of file: String) throws -> Int32? {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").first {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == file
        }.flatMap { Int32($0) }
    }

    private var segments: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".segment") }
        }
    }

    @Test func aSecondStoreInTheFolderIsRefusedWithTheProcessThatHasTheFirst() throws {
        let store = try open()
        let error = #expect(throws: CartloadError.self) { try open() }
        #expect(error?.code == .storeInUse)
        #expect(error?.message == "the store is open in process \(getpid())")
        store.close()
        try open().close()
    }

    /// As between the fork and the exec of a child that another thread starts.
    @Test func aStoreThatIsClosedLetsTheFolderGoAlsoWhenAChildStillHasTheLock() throws {
        let store = try open()
        let inherited = dup(try #require(try Self.descriptor(of: folder.path + "/lock")))
        defer { Glibc.close(inherited) }
        store.close()
        try open().close()
    }

    @Test func aStoreThatIsDroppedLetsTheFolderGo() async throws {
        do {
            let store = try open()
            _ = try store.load()
            try await store.commit([.pipeline(PipelineRecord(id: "p", tenant: "t", body: Bytes()))])
        }
        let store = try open()
        #expect(try store.load().count == 1)
    }

    @Test func aStoreOfALaterReleaseIsRefusedAndNotTouched() async throws {
        try await fill()
        let database = try Database(path: folder.path + "/state.db", access: .create)
        try database.execute("PRAGMA user_version = 2")
        let error = #expect(throws: CartloadError.self) { try open() }
        #expect(error?.code == .storeNewerVersion)
        #expect(try database.integer("SELECT count(*) FROM chunks") == 1)
    }

    @Test func aClosedStoreLeavesNoLogBehind() async throws {
        try await fill()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["1.segment", "lock", "state.db"])
    }

    @Test func segmentsWithoutStateAreNotTakenForNew() async throws {
        try await fill()
        try folder.remove("state.db")
        #expect(throws: CartloadError.self) { try open() }
        #expect(try segments == ["1.segment"])
    }

    @Test func aMissingSegmentIsDamage() async throws {
        try await fill()
        try folder.remove("1.segment")
        let store = try open()
        let error = #expect(throws: CartloadError.self) { try store.load() }
        #expect(error?.code == .storeDamaged)
    }

    @Test(arguments: ["UPDATE chunks SET sequence = 1", "UPDATE chunks SET state = 9", "DELETE FROM pipelines"])
    func tablesThatContradictThemselvesAreDamage(sql: String) async throws {
        try await fill()
        try Database(path: folder.path + "/state.db", access: .create).execute(sql)
        let store = try open()
        let error = #expect(throws: CartloadError.self) { try store.load() }
        #expect(error?.code == .storeDamaged)
    }

    @Test(arguments: [0, 5, 20, 41, 47])
    func aPayloadWithAWrongByteIsNotGivenBack(offset: Int) async throws {
        try await fill()
        try folder.overwrite("1.segment", at: offset, with: [0xee])
        let store = try open()
        _ = try store.load()
        let error = #expect(throws: CartloadError.self) { try store.read(Self.key) }
        #expect(error?.code == .storeDamaged)
    }

    @Test func aStoreThatIsNotOpenTakesNothing() async throws {
        let store = try open()
        #expect(throws: CartloadError.self) { try store.read(Self.key) }
        _ = try store.load()
        #expect(throws: CartloadError.self) { try store.load() }
        store.close()
        store.close()
        let error = await #expect(throws: CartloadError.self) { try await store.commit([.removed(pipeline: "p")]) }
        #expect(error?.code == .storeClosed)
        #expect(throws: CartloadError.self) { try store.read(Self.key) }
    }

    @Test func whatIsCommittedAndNeverLoadedIsRefusedAtTheEnd() throws {
        let store = try open()
        let log = CommitLog()
        log.commit(1, [.removed(pipeline: "p")], to: store)
        log.commit(2, [], to: store)
        store.close()
        #expect(log.numbers == [1, 2])
        #expect(log.durable == [])
    }

    @Test func closingWaitsForWhatWasCommitted() throws {
        let store = try open()
        _ = try store.load()
        let log = CommitLog()
        log.commit(0, [.pipeline(PipelineRecord(id: "p", tenant: "t", body: Bytes()))], to: store)
        for sequence in 0..<100 { log.commit(sequence + 1, [Self.accepted(sequence, Bytes("[]"))], to: store) }
        store.close()
        #expect(log.durable == Array(0...100))
    }

    @Test func segmentsAreUsedAgainAndDoNotGrowInNumber() async throws {
        let store = try open()
        _ = try store.load()
        try await store.commit([.pipeline(PipelineRecord(id: "p", tenant: "t", body: Bytes()))])
        for sequence in 0..<200 {
            try await store.commit([Self.accepted(sequence, Bytes(String(repeating: "x", count: 3000)))])
            try await store.commit([.released(pipeline: "p", sequences: [sequence], .delivered)])
            #expect(try segments.count <= 3)
        }
        // Larger than a segment: one of its own, and gone with it.
        try await store.commit([Self.accepted(200, Bytes(String(repeating: "y", count: 50_000)))])
        #expect(try store.read(PayloadKey(pipeline: "p", sequence: 200, kind: .input)).count == 50_000)
        let most = try segments.count
        try await store.commit([.removed(pipeline: "p")])
        #expect(try segments.count == most - 1)
        store.close()
    }

    @Test func whatIsReadWhileItIsReleasedIsRightOrMissing() async throws {
        let store = try open()
        _ = try store.load()
        try await store.commit([.pipeline(PipelineRecord(id: "p", tenant: "t", body: Bytes()))])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    var sequence = 0
                    while sequence < 400 {
                        do {
                            let bytes = try store.read(PayloadKey(pipeline: "p", sequence: sequence, kind: .input))
                            #expect(bytes == Bytes(String(repeating: "\(sequence) ", count: 700)))
                        } catch let error as CartloadError {
                            #expect(error.code.rawValue == "compute.payload-missing")
                        }
                        sequence += Int.random(in: 0...2)
                        await Task.yield()
                    }
                }
            }
            for sequence in 0..<400 {
                try await store.commit([Self.accepted(sequence, Bytes(String(repeating: "\(sequence) ", count: 700)))])
                if sequence > 0 {
                    try await store.commit([.released(pipeline: "p", sequences: [sequence - 1], .dropped)])
                }
            }
            try await group.waitForAll()
        }
        store.close()
    }
}
