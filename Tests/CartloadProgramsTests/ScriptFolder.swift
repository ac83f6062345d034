// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadProcess
import CartloadPrograms
import Foundation

/// A folder in which a test's programs put what they were given.
final class ScriptFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "cartload-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A shell that runs a script here.
    func shell(_ script: String, timeout: Duration? = .seconds(60)) -> RunProgram {
        RunProgram(["sh", "-c", script], directory: path, timeout: timeout, grace: .milliseconds(500))
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    /// The records of all files whose names begin so, in the order of their names.
    func records(_ prefix: String) throws -> [JSONObject] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasPrefix(prefix) }.sorted()
            .flatMap { (text($0) ?? "").split(separator: "\n") }
            .compactMap { try JSONValue(parsing: Bytes(String($0))).objectValue }
    }
}

/// The error that a body throws, if it is one of ours.
func failure<Result>(_ body: () async throws -> Result) async -> CartloadError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? CartloadError
    }
}
