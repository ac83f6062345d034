// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@Suite struct BytesTests {
    @Test func aSliceSharesItsStorage() {
        let bytes = Bytes("hello world")
        #expect(bytes[6..<11].text == "world")
        #expect(bytes[6..<11] == Bytes("world"))
    }

    @Test func aBuilderGrowsAndFinishes() {
        var builder = BytesBuilder()
        for index in 0..<1000 { builder.append(UInt8(index & 0xff)) }
        let bytes = builder.finish()
        #expect(bytes.count == 1000)
        #expect(bytes[999] == 231)
    }
}
