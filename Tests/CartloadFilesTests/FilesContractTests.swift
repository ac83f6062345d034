// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadStorage
import CartloadTesting
import Testing

@testable import CartloadFiles

@Suite struct FilesContractTests {
    struct Place: Sendable, CustomTestStringConvertible {
        var name: String
        var size = BatchSize()
        var showsEveryCommit = false
        var maximumOpenFiles = 256
        var testDescription: String { "\(name) \(size.records ?? 0) \(size.bytes ?? 0)" }
    }

    static let places = [
        Place(name: "{stream}."), Place(name: ""), Place(name: "{stream}-{key}."),
        Place(name: "deep/{stream}/{key}/{n}."), Place(name: "{key}-{stream}-{n}.", size: BatchSize(bytes: 100)),
        Place(name: "{stream}_{n}.", size: BatchSize(records: 5), showsEveryCommit: true),
        Place(name: "{stream}_{n}.", size: BatchSize(records: 5), showsEveryCommit: true, maximumOpenFiles: 1),
    ]

    private static let schema = Schema([Field("id", .integer), Field("name", .string), Field("amount", .number)])

    @Test(arguments: inputs) func theDestinationKeepsTheContractWhereverItWrites(input: Input) async throws {
        let (format, compression) = (input.format, input.compression)
        for load in FileLoad.allCases {
            for place in Self.places {
                // A file with a header cannot be appended to; that is said, and tested elsewhere.
                let fixture = try FolderFixture()
                let ending = place.name.isEmpty ? "out/" : place.name + format.rawValue + compression.suffix
                let path = "\(fixture.path)/\(ending)"
                try await DestinationContract(showsEveryCommit: place.showsEveryCommit) {
                    FilesDestination(
                        FilesDestinationOptions(
                            path: path, format: format, compression: compression, load: load,
                            batchSize: place.size.isUnbounded ? nil : place.size,
                            maximumOpenFiles: place.maximumOpenFiles))
                } contents: { stream in
                    try await fixture.records("**/*\(stream)*") { $0.schema = Self.schema }
                        + (place.name.hasPrefix("deep")
                            ? fixture.records("deep/\(stream)/") { $0.schema = Self.schema } : [])
                }.run()
            }
        }
    }

    struct Input: Sendable, CustomTestStringConvertible {
        var format: FileFormat
        var compression: Compression
        var testDescription: String { "\(format) \(compression)" }
    }

    /// Not every pair: format and compression do not know of each other.
    static let inputs = [
        Input(format: .jsonl, compression: .none), Input(format: .jsonl, compression: .zstd),
        Input(format: .csv, compression: .gzip), Input(format: .tsv, compression: .none),
    ]

    /// 60 records in runs of 1 to 7 with the same `day`.
    private static let records = (0..<60).map { id in
        JSONObject([
            ("id", .int(id)), ("day", .string("d\(id * 2 / 9 + (id % 11 == 3 ? 100 : 0))")),
            ("text", .string("line\n\(id), \"q\"")),
        ])
    }

    private func text(_ records: ArraySlice<JSONObject>, _ format: FileFormat) throws -> String {
        var diagnostics = Diagnostics()
        let encoder = format.recordFormat(CSVOptions()).encoder()
        let block = try encoder.encode(RecordBatch(records: Array(records)), fields: nil, &diagnostics)
        return (block.fields.flatMap(encoder.header)?.text ?? "") + block.bytes.text
    }

    @Test(
        arguments: inputs,
        [FileBatching.file, .records(7), .records(60), .records(1), .runs(by: ["day"]), .bytes(700)])
    func theSourceKeepsTheContract(input: Input, batch: FileBatching) async throws {
        let fixture = try FolderFixture()
        let all = Self.records
        try fixture.write("one", text(all[...], input.format), input.compression)
        try Folder.create(fixture.path + "/many/deep")
        try fixture.write("many/a", text(all[..<20], input.format), input.compression)
        try fixture.write("many/b", text(all[20..<21], input.format), input.compression)
        try fixture.write("many/deep/c", text(all[21...], input.format), input.compression)
        for paths in [["one"], ["many/"], ["many/[ab]", "many/deep/?"]] {
            for blockSize in [150, 1 << 20] where paths.count == 2 || blockSize == 150 {
                let source = fixture.source(paths) {
                    $0.name = "s"
                    $0.batch = batch
                }
                try await SourceContract(source, expected: ["s": all], blockSize: blockSize).run()
            }
        }
    }
}
