// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An answer as it came.
struct RawResponse: Sendable {
    let head: String
    var body: [UInt8] = []

    init(head: String) { self.head = head }

    var status: Int { Int(head.split(separator: " ")[1]) ?? 0 }
    var text: String { String(decoding: body, as: UTF8.self) }

    subscript(name: String) -> String? {
        head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix(name + ":") }?
            .dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
    }

    /// The statuses in a text of several answers.
    static func statuses(in text: String) -> [Int] {
        text.matches(of: #/HTTP/1\.1 (\d\d\d) /#).compactMap { Int($0.1) }
    }
}
