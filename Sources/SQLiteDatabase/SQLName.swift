// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The name in double quotes, safe in any statement.
    package var sqlQuoted: String {
        "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// The name as SQLite compares names: ASCII letters without case.
    package var sqlFolded: String {
        String(decoding: utf8.map { $0 >= 0x41 && $0 <= 0x5a ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}
