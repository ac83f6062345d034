// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadCompute

@Suite struct ChunkLeasesTests {
    @Test func aLeaseEndsOnceOrWithItsTime() {
        var leases = ChunkLeases()
        leases.add("a", ChunkLease(until: .seconds(5), sequences: [0, 1]))
        leases.add("b", ChunkLease(until: .seconds(9), sequences: [2]))
        #expect(!leases.isDue(at: .seconds(4)))
        #expect(leases.expire(at: .seconds(4)) == [])
        #expect(leases.isDue(at: .seconds(5)))
        #expect(leases.expire(at: .seconds(5)) == [0, 1])
        #expect(leases.end("a") == nil)
        #expect(leases.end("b") == [2])
        #expect(leases.end("b") == nil)
    }

    @Test func aLeaseOfWhichNothingIsLeftIsOver() {
        var leases = ChunkLeases()
        leases.add("a", ChunkLease(until: .seconds(5), sequences: [0, 1]))
        leases.add("b", ChunkLease(until: .seconds(5), sequences: [2]))
        leases.remove([1, 2])
        #expect(leases.end("b") == nil)
        #expect(leases.end("a") == [0])
    }
}
