// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadTesting
import Testing

@Suite struct PipelineStoreContractTests {
    @Test func theStoreInMemoryKeepsTheContract() async throws {
        let store = MemoryPipelineStore()
        try await PipelineStoreContract(isDurable: false) { store }.run()
    }

    @Test(arguments: [1, 2, 3])
    func theStoreInMemoryHoldsWhatRandomChangesLeave(run: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        let store = MemoryPipelineStore()
        try await PipelineStoreContract(isDurable: false) { store }.run(seed: seed, steps: 200)
    }
}
