// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One file of the repository, as the rules of tidiness see it.
struct SourceFile: CustomStringConvertible, Sendable {
    /// Relative to the repository.
    let path: String
    let text: String

    var description: String { path }
    var components: [String] { path.split(separator: "/").map(String.init) }
    /// The name without directories, topic and ending: `JSONValue+Text.swift` is `JSONValue`.
    var noun: String { (components.last ?? "").split(separator: ".")[0].split(separator: "+").map(String.init)[0] }

    /// The lines without comments.
    var code: [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.firstRange(of: "//").map { String(line[..<$0.lowerBound]) } ?? String(line)
        }
    }

    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The files below a folder with one of these endings.
    static func all(in folder: String, endings: [String] = ["swift"]) -> [SourceFile] {
        let root = repository.appending(path: folder)
        let names = FileManager.default.enumerator(atPath: root.path())?.compactMap { $0 as? String } ?? []
        return names.sorted().compactMap { name in
            guard endings.contains(where: { name.hasSuffix(".\($0)") }) else { return nil }
            guard let data = try? Data(contentsOf: root.appending(path: name)) else { return nil }
            return SourceFile(path: "\(folder)/\(name)", text: String(decoding: data, as: UTF8.self))
        }
    }
}
