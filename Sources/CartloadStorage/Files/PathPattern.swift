// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// A path that may stand for several files: `events.jsonl`, `data/*.csv.gz`, `data/**/part-[0-9].csv`, `data/`.
///
/// `*` and `?` stand for letters within a name, `[a-z]` and `[!a-z]` for one of a set, `**` for any folders, and a path
/// that is a folder for all files under it. Names that begin with `.` or `_` are left out unless the pattern says them.
public struct PathPattern: Sendable, Hashable {
    public let text: String

    public init(_ text: String) { self.text = text }

    /// Whether it has letters that stand for others.
    public var isPattern: Bool { text.utf8.contains { $0 == 0x2a || $0 == 0x3f || $0 == 0x5b } }

    /// The files that it stands for, in byte order of their paths.
    ///
    /// A file whose name has wildcards in it, taken literally, comes first.
    ///
    /// - Throws: `CartloadError` with code `storage.no-match` when there are none, and others when a folder cannot be read.
    public func paths() throws -> [String] {
        var status = stat()
        if stat(text, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { return [text] }
            var found: [String] = []
            try PathPattern.collectAll(under: trimmed(text), into: &found)
            guard !found.isEmpty else { throw noMatch("the folder has no files") }
            return PathPattern.sorted(found)
        }
        guard isPattern else {
            throw SystemFailure.last.error("open the file", text, else: .readFailed)
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: true).map { Array($0.utf8) }
        for part in parts { try check(part) }
        var found: [String] = []
        try collect(parts[...], in: text.hasPrefix("/") ? "/" : "", into: &found)
        guard !found.isEmpty else { throw noMatch("no file matches") }
        return PathPattern.sorted(found)
    }

    private func collect(_ parts: ArraySlice<[UInt8]>, in folder: String, into found: inout [String]) throws {
        guard let part = parts.first else { return }
        let rest = parts.dropFirst()
        if part == [0x2a, 0x2a] {
            if rest.isEmpty { return try PathPattern.collectAll(under: folder, into: &found) }
            try collect(rest, in: folder, into: &found)
            for entry in try Folder.entries(of: folder) where entry.isFolder && !PathPattern.isHidden(entry.name) {
                try collect(parts, in: Folder.join(folder, entry.name), into: &found)
            }
            return
        }
        for entry in try Folder.entries(of: folder) {
            let name = Array(entry.name.utf8)
            if PathPattern.isHidden(entry.name), name.first != part.first { continue }
            guard PathPattern.matches(part[...], name[...]) else { continue }
            let path = Folder.join(folder, entry.name)
            if rest.isEmpty {
                if !entry.isFolder { found.append(path) }
            } else if entry.isFolder {
                try collect(rest, in: path, into: &found)
            }
        }
    }

    private static func collectAll(under folder: String, into found: inout [String]) throws {
        for entry in try Folder.entries(of: folder) where !isHidden(entry.name) {
            let path = Folder.join(folder, entry.name)
            if entry.isFolder { try collectAll(under: path, into: &found) } else { found.append(path) }
        }
    }

    private static func isHidden(_ name: String) -> Bool { name.utf8.first == 0x2e || name.utf8.first == 0x5f }

    private static func sorted(_ paths: [String]) -> [String] {
        var unique = Set<String>()
        return paths.filter { unique.insert($0).inserted }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func trimmed(_ path: String) -> String {
        var text = path[...]
        while text.count > 1, text.last == "/" { text = text.dropLast() }
        return String(text)
    }

    private func noMatch(_ message: String) -> CartloadError {
        CartloadError(
            .noMatch, message, at: Location(source: text),
            advice: "Check the path; names that begin with . or _ are left out.")
    }
}
