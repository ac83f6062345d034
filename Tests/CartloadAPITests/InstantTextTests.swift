// SPDX-License-Identifier: Apache-2.0

import CartloadAPI
import CartloadCore
import Testing

@Suite struct InstantTextTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (29_048_172_186_000, "1970-12-03T04:56:12.186Z"),
        (1_000_000, "1970-01-01T00:00:01.000Z"), (1_500_000, "1970-01-01T00:00:01.500Z"),
        (1_120_999, "1970-01-01T00:00:01.120Z"), (999, "1970-01-01T00:00:00.000Z"),
        (1_795_170_460_607_921, "2026-11-20T10:27:40.607Z"),
    ])
    func aMomentHasAlwaysThreeDigitsOfASecond(microseconds: Int64, text: String) {
        #expect(Instant(microseconds: microseconds).apiText == text)
    }
}
