// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@Suite struct ByteSizeTests {
    @Test(arguments: [
        ("0", 0), ("4096", 4096), ("64MB", 64_000_000), ("1GiB", 1 << 30), ("1.5 KiB", 1536), ("10 kb", 10_000),
        ("", nil), ("MB", nil), ("-1", nil), ("5 bananas", nil), ("99999999999999999999", nil), ("9999999TiB", nil),
        ("1.2.3", nil), ("1e3", nil), ("٣", nil),
    ])
    func sizesAreReadAsPeopleWriteThem(text: String, expected: Int?) {
        #expect(ByteSize(text)?.bytes == expected)
    }

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_549, "1.5 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
        (64_000_000, "64.0 MB"), (Int.max, "9.2 EB"),
    ])
    func sizesArePrintedShort(bytes: Int, expected: String) {
        #expect(ByteSize(bytes).description == expected)
    }
}
