// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadStores
import CartloadTesting
import TestSupport
import Testing

@Suite struct PipelineStoreContractTests {
    /// Segments so small that the tests fill, leave and reuse many.
    static let options: [SegmentedStoreOptions] = [
        SegmentedStoreOptions(compressFrom: 4096),
        SegmentedStoreOptions(segmentBytes: 10_000, keptSegments: 2, compressFrom: nil),
        SegmentedStoreOptions(durability: .async, segmentBytes: 100_000, keptSegments: 0, compressFrom: 1),
        SegmentedStoreOptions(segmentBytes: 50_000, groupBytes: 20_000, groupCommits: 3, compressFrom: 100),
    ]

    @Test(arguments: options)
    func theSegmentedStoreKeepsTheContract(options: SegmentedStoreOptions) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/deep/store"
        try await PipelineStoreContract(isDurable: true) {
            try SegmentedPipelineStore(folder: path, options: options)
        }.run()
    }

    @Test(arguments: options, [1, 2])
    func theSegmentedStoreHoldsWhatRandomChangesLeave(options: SegmentedStoreOptions, run: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        let folder = try TemporaryFolder()
        try await PipelineStoreContract(isDurable: true) {
            try SegmentedPipelineStore(folder: folder.path, options: options)
        }.run(seed: seed, steps: 200)
    }
}
