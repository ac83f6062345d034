// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadStorage
import CartloadTesting
import Testing

@testable import CartloadFiles

@Suite struct RecordIntervalTests {
    /// Whatever the interval and the block, checkpoints are at its multiples, and nothing else changes.
    @Test(
        arguments: [FileFormat.jsonl, .csv],
        [
            (1, 1), (1, 1 << 20), (7, 100), (7, 1 << 20), (30, 50), (40, 1 << 20), (50, 1 << 20), (100, 64), (101, 64),
            (1000, 1 << 20),
        ])
    func checkpointsAreAtMultiplesOfTheInterval(format: FileFormat, sizes: (Int, Int)) async throws {
        let (interval, blockSize) = sizes
        let fixture = try FolderFixture()
        try Folder.create(fixture.path + "/in")
        let counts = [100, 0, 1, 40]
        for (file, count) in counts.enumerated() {
            let lines = (0..<count).map { id in
                format == .csv ? "\(file),\"line\n\(id)\"\n" : "{\"file\":\(file),\"text\":\"line\\n\(id)\"}\n"
            }
            try fixture.write("in/\(file)", (format == .csv ? "file,text\n" : "") + lines.joined())
        }
        for batch in [FileBatching.file, .records(15), .bytes(400)] {
            let source = fixture.source(["in/*"]) {
                $0.format = format
                $0.batch = batch
            }
            let stream = try #require(try await source.streams().first)
            let plain = try await StreamReading(stream).records()
            #expect(plain.count == 141)
            let reading = try await StreamReading(stream, blockSize: blockSize, recordInterval: interval)
            #expect(try reading.records() == plain)
            var read = 0
            var inBatch = 0
            var places = 0
            for element in reading.elements {
                switch element {
                case .closed, .divided: inBatch = 0
                case .records(let block, _, let checkpoint, _):
                    inBatch += block.count ?? 0
                    read += block.count ?? 0
                    guard let checkpoint else { continue }
                    #expect(inBatch % interval == 0)
                    places += 1
                    guard places % 5 == 1 else { continue }
                    let rest = try await StreamReading(stream, since: checkpoint, recordInterval: interval)
                    #expect(try rest.records() == Array(plain[read...]))
                }
            }
            if case .file = batch { #expect(places == counts.reduce(0) { $0 + $1 / interval }) }
        }
    }
}
