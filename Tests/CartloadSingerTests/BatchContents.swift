// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadTesting
import TestSupport

/// The files that BATCH messages name, as their texts.
enum BatchContents {
    /// The unpacked text of a file that a message names.
    static func text(_ uri: String) throws -> String {
        let path = uri.hasPrefix("file://") ? String(uri.dropFirst(7)) : uri
        return try DecompressingReader(ScriptedReader(Bytes(TemporaryFolder.bytes(path)))).readAll().text
    }

    /// The texts of all files of messages, in order.
    static func texts(_ messages: [JSONValue]) throws -> [String] {
        try messages.flatMap { $0["manifest"]?.arrayValue ?? [] }.compactMap(\.stringValue).map(text)
    }
}
