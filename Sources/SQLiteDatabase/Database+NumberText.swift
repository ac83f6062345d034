// SPDX-License-Identifier: Apache-2.0

internal import CSQLite

extension Database {
    /// Defines the SQL function `cartload_text(number)`: the shortest digits that read back as the same number, which
    /// SQLite's own conversion (15 digits) is not.
    package func defineNumberText() throws {
        let result = sqlite3_create_function_v2(
            handle, "cartload_text", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nil,
            { context, _, arguments in
                guard let argument = arguments?[0] else { return }
                switch sqlite3_value_type(argument) {
                case SQLITE_FLOAT:
                    var text = sqlite3_value_double(argument).description
                    text.withUTF8 { utf8 in
                        utf8.withMemoryRebound(to: CChar.self) { bytes in
                            cartload_sqlite_result_text(context, bytes.baseAddress, UInt64(bytes.count))
                        }
                    }
                case SQLITE_INTEGER:
                    var text = String(sqlite3_value_int64(argument))
                    text.withUTF8 { utf8 in
                        utf8.withMemoryRebound(to: CChar.self) { bytes in
                            cartload_sqlite_result_text(context, bytes.baseAddress, UInt64(bytes.count))
                        }
                    }
                default: sqlite3_result_value(context, argument)
                }
            }, nil, nil, nil)
        guard result == SQLITE_OK else { throw failure(result) }
    }
}
