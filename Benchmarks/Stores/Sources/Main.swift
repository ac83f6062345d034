// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadStores
import Glibc

/// What a store of pipelines can do, for Benchmarks/Stores/run:
/// `StoreBenchmark cycle FOLDER fsync|async COMMITTERS BYTES SECONDS zstd|plain GATHER`: accept, read, finish, release;
/// `StoreBenchmark raw FOLDER BYTES SECONDS`: one write and one fdatasync after another, the floor;
/// `StoreBenchmark load FOLDER PIPELINES CHUNKS`: makes so many and loads them.
@main struct Main {
    static func main() async throws {
        let words = CommandLine.arguments
        let numbers = words.map { Int($0) ?? 0 }
        switch words[1] {
        case "cycle":
            let options = SegmentedStoreOptions(
                durability: words[3] == "fsync" ? .fsync : .async, gatherTime: .microseconds(numbers[8]),
                compressFrom: words[7] == "zstd" ? 4096 : nil)
            let store = try SegmentedPipelineStore(folder: words[2], options: options)
            try await cycle(store, committers: numbers[4], bytes: numbers[5], seconds: numbers[6])
        case "raw": try raw(words[2], bytes: numbers[3], seconds: numbers[4])
        case "load": try await load(words[2], pipelines: numbers[3], chunks: numbers[4])
        default: fatalError("cycle, raw or load")
        }
    }

    static func cycle(_ store: SegmentedPipelineStore, committers: Int, bytes: Int, seconds: Int) async throws {
        _ = try store.load()
        let payload = records(bytes)
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for committer in 0..<committers {
                group.addTask { try await cycles(store, "pipeline-\(committer)", payload, until: end) }
            }
            return try await group.reduce(0, +)
        }
        let time = (ContinuousClock.now - start) / .seconds(1)
        let before = resident()
        store.close()
        print(
            "{\"chunks\": \(Double(counts) / time), \"mb\": \(Double(counts * bytes) / time / 1e6), \"rss_mb\": \(before)}"
        )
    }

    /// Chunks one after another, each accepted, read, finished and released.
    static func cycles(
        _ store: SegmentedPipelineStore, _ pipeline: String, _ payload: Bytes, until end: ContinuousClock.Instant
    ) async throws -> Int {
        try await store.commit([.pipeline(PipelineRecord(id: pipeline, tenant: "t", body: Bytes("{}")))])
        var sequence = 0
        while ContinuousClock.now < end {
            let chunk = ChunkRecord(
                sequence: sequence, id: "00000000-0000-0000-0000-\(sequence)", digest: payload[0..<32],
                recordCount: 300,
                inputBytes: payload.count)
            try await store.commit([.accepted(pipeline: pipeline, chunk, input: payload)])
            let input = try store.read(PayloadKey(pipeline: pipeline, sequence: sequence, kind: .input))
            let outcome = ChunkOutcome(failedCount: 0, computeTime: 1, outputBytes: input.count)
            try await store.commit([.finished(pipeline: pipeline, sequence: sequence, outcome, output: input)])
            try await store.commit([.released(pipeline: pipeline, sequences: [sequence], .delivered)])
            sequence += 1
        }
        return sequence
    }

    static func raw(_ folder: String, bytes: Int, seconds: Int) throws {
        mkdir(folder, 0o755)
        let file = open(folder + "/raw", O_RDWR | O_CREAT, 0o644)
        let size = 64 << 20
        posix_fallocate(file, 0, size)
        fsync(file)
        let payload = records(bytes)
        let start = ContinuousClock.now
        var count = 0
        var offset = 0
        while ContinuousClock.now < start + .seconds(seconds) {
            if offset + bytes > size { offset = 0 }
            _ = payload.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, offset) }
            fdatasync(file)
            offset += bytes
            count += 1
        }
        let time = (ContinuousClock.now - start) / .seconds(1)
        print("{\"syncs\": \(Double(count) / time), \"mb\": \(Double(count * bytes) / time / 1e6)}")
        unlink(folder + "/raw")
    }

    static func load(_ folder: String, pipelines: Int, chunks: Int) async throws {
        let store = try SegmentedPipelineStore(
            folder: folder, options: SegmentedStoreOptions(durability: .async, waitingBytes: 1 << 40))
        _ = try store.load()
        let digest = records(32)
        let input = Bytes("[1]")
        for pipeline in 0..<pipelines {
            let id = "00000000-0000-4000-8000-\(100_000_000_000 + pipeline)"
            let accepted = (0..<chunks / pipelines).map { sequence in
                StoreChange.accepted(
                    pipeline: id,
                    ChunkRecord(
                        sequence: sequence, id: "\(id)-\(sequence)", digest: digest, recordCount: 300, inputBytes: 3),
                    input: input)
            }
            store.commit([.pipeline(PipelineRecord(id: id, tenant: "t", body: Bytes("{\"a\":1}")))] + accepted) { _ in }
            store.commit([.released(pipeline: id, sequences: Array(0..<accepted.count - 1), .delivered)]) { _ in }
        }
        try await store.commit([])
        store.close()
        let before = resident()
        let start = ContinuousClock.now
        let again = try SegmentedPipelineStore(folder: folder)
        let loaded = try again.load()
        let time = (ContinuousClock.now - start) / .seconds(1)
        let count = loaded.reduce(0) { $0 + $1.chunks.count }
        print(
            "{\"seconds\": \(time), \"pipelines\": \(loaded.count), \"chunks\": \(count), \"rss_mb\": \(resident() - before)}"
        )
        again.close()
    }

    /// Lines of JSON such as chunks have, not two of them the same.
    static func records(_ bytes: Int) -> Bytes {
        var text = "["
        var number: UInt64 = 88_172_645_463_325_252
        while text.utf8.count < bytes {
            number ^= number << 13
            number ^= number >> 7
            number ^= number << 17
            text += """
                {"id":\(number % 1_000_000),"name":"name-\(number % 64)","active":\(number % 10 < 9),\
                "value":\(Double(number % 1_000_003) / 100),"email":"user\(number % 99_991)@example.com"},
                """
        }
        return Bytes(text)[0..<bytes]
    }

    /// Megabytes in memory now.
    static func resident() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        fgets(&line, 128, file)
        let words = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
        return (Int(words[1]) ?? 0) * 4096 / 1_000_000
    }
}
