// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// Folders as a store needs them.
enum StoreFolder {
    /// Makes a folder and those above it that are not there.
    static func make(_ path: String) throws {
        var prefix = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            prefix += prefix.isEmpty || prefix.hasSuffix("/") ? String(part) : "/" + part
            guard mkdir(prefix, 0o755) == 0 || errno == EEXIST else {
                throw SystemFailure.last.error("make the folder", prefix, else: .storeFolder)
            }
        }
    }

    /// The names in a folder, in no order.
    static func names(_ path: String) throws -> [String] {
        guard let folder = opendir(path) else {
            throw SystemFailure.last.error("read the folder", path, else: .storeFolder)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                    String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    /// Makes the names in a folder durable.
    static func synchronize(_ path: String) throws {
        let file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw SystemFailure.last.error("open the folder", path, else: .storeFolder) }
        defer { close(file) }
        guard fsync(file) == 0 else {
            throw SystemFailure.last.error("make the folder durable", path, else: .storeFolder)
        }
    }
}
