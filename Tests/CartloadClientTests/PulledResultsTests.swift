// SPDX-License-Identifier: Apache-2.0

import CartloadAPI
import CartloadCore
import Testing

@testable import CartloadClient

@Suite struct PulledResultsTests {
    private func pulled(_ data: String) throws -> PulledResults {
        try PulledResults(
            Bytes(#"{"data":[\#(data)],"status":{"batch_status":"closed","chunks_available":2},"lease":"l"}"#))
    }

    @Test(arguments: [
        (#"{"id":"7","outputs":[]}"#, "7"), (#"{"outputs":[],"id":"7"}"#, "7"),
        (#"{"id":"a\"b","outputs":[]}"#, "a\"b"),
        (#"{ "id" : "7" }"#, "7"), (#"{"id":"","outputs":[]}"#, ""),
    ])
    func idsAreFoundWhereverTheyStand(result: String, id: String) throws {
        let pulled = try pulled("\(result),\(result)")
        #expect(pulled.ids == [id, id])
        #expect(pulled.texts.map(\.text) == [result, result])
        #expect(pulled.lease == "l")
        #expect(pulled.status.chunksAvailable == 2)
    }

    @Test(arguments: [#"{"outputs":[]}"#, #"{"id":7}"#]) func aResultWithoutAnIDIsABadAnswer(result: String) {
        #expect { try pulled(result) } throws: { ($0 as? BatchesError)?.kind == .badAnswer }
    }
}
