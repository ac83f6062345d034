// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadStorage
internal import Glibc

/// Which files and hosts the manifests of BATCH messages may name (I8).
///
/// A manifest comes from another program and may be hostile: it could point at `/etc/passwd`, at a device, through a link
/// or at a host inside the operator's network. Nothing outside the roots and hosts is opened.
public struct BatchFileAccess: Sendable {
    /// A file that may be opened.
    public enum Place: Sendable, Hashable {
        /// A canonical path below one of the roots.
        case local(String)
        /// An `http` or `https` URL of an allowed host, query included.
        case remote(String)
        /// An object of S3 below one of the roots.
        case object(BatchObject)
    }

    /// Folders, canonical, below which local files may be.
    public let roots: [String]
    /// Where relative paths begin, and where files are looked for that are not where the message says.
    public let storageRoot: String?
    /// Hosts that URLs may name: `host` or `host:port`.
    public let hosts: [String]
    /// Buckets and prefixes of S3 below which objects may be.
    public let objectRoots: [BatchObject]
    /// The configured storage's root when it is in S3: where relative names begin.
    public let objectStorageRoot: BatchObject?

    init() {
        roots = []
        storageRoot = nil
        hosts = []
        objectRoots = []
        objectStorageRoot = nil
    }

    /// - Parameters:
    ///   - roots: Folders below which local files may be, which a tap in the same pipe may make later, and `s3://` URLs below
    ///     which objects may be.
    ///   - storageRoot: The configured storage's root, a path, `file://` or `s3://` URL; it is allowed too.
    /// - Throws: `CartloadError` with code `singer.batch-file` for roots that are neither.
    public init(roots: [String] = [], storageRoot: String? = nil, hosts: [String] = []) throws {
        objectStorageRoot = try storageRoot.flatMap { BatchObject.isOne($0) ? try BatchFileAccess.object($0) : nil }
        let storage = try storageRoot.flatMap { root -> String? in
            guard !BatchObject.isOne(root) else { return nil }
            guard let path = BatchFileAccess.localPath(root) else {
                throw CartloadError(
                    .batchFile, "the storage root \"\(root)\" is neither a local folder nor in S3",
                    advice: "Give a path, a file:// or an s3:// URL.")
            }
            return path
        }
        self.storageRoot = storage
        let folders = roots.filter { !BatchObject.isOne($0) } + (storage.map { [$0] } ?? [])
        self.roots = folders.compactMap(BatchFileAccess.future)
        objectRoots =
            try roots.filter(BatchObject.isOne).map(BatchFileAccess.object) + (objectStorageRoot.map { [$0] } ?? [])
        self.hosts = hosts.map { $0.lowercased() }
    }

    private static func object(_ root: String) throws -> BatchObject {
        guard let object = BatchObject(root) else {
            throw CartloadError(
                .batchFile, "\"\(root)\" names no bucket of S3", advice: "Write it as s3://bucket/prefix.")
        }
        return object
    }

    /// The file that a manifest's entry means.
    ///
    /// Tried in this order: the path as it is written, percent-decoded (the SDK does not encode, others do), and for files
    /// that were moved, as much of either's end as there is below the storage root, at least the last name.
    ///
    /// - Throws: `CartloadError` with code `singer.batch-file`, whose text never has a URL's query in it.
    public func place(of entry: String) throws -> Place {
        if BatchObject.isOne(entry) { return .object(try object(entry, BatchObject(entry))) }
        if let root = objectStorageRoot, BatchFileAccess.scheme(of: entry) == nil, !entry.isEmpty, !entry.hasPrefix("/")
        {
            return .object(try object(entry, root.appending(entry)))
        }
        if let scheme = BatchFileAccess.scheme(of: entry), scheme != "file" { return try remote(entry, scheme) }
        guard let path = BatchFileAccess.localPath(entry) else { throw refusal(entry, "is not a usable file URL") }
        guard !path.utf8.contains(0) else { throw refusal(entry, "has a zero byte in its name") }
        var forms = [path]
        if let decoded = path.percentDecoded, decoded != path, !decoded.utf8.contains(0) { forms.append(decoded) }
        var candidates = forms.map { form in
            form.hasPrefix("/") ? form : storageRoot.map { Folder.join($0, form) } ?? form
        }
        if let storageRoot { candidates += forms.flatMap { BatchFileAccess.moved($0, below: storageRoot) } }
        for candidate in candidates {
            guard let real = BatchFileAccess.canonical(candidate) else { continue }
            guard roots.contains(where: { real == $0 || real.hasPrefix($0 == "/" ? "/" : $0 + "/") }) else {
                throw refusal(
                    entry, "is outside the folders that batches may be read from",
                    advice: "Allow its folder with the setting batch_roots.")
            }
            return .local(try regular(real, entry))
        }
        throw refusal(entry, "does not exist")
    }

    /// The places below a folder that a path's end names, those that keep most of it first.
    private static func moved(_ path: String, below root: String) -> [String] {
        let names = path.split(separator: "/").suffix(maximumMovedDepth)
        return names.indices.map { Folder.join(root, names[$0...].joined(separator: "/")) }
    }

    /// How many names of a moved file's path are looked at (I7).
    private static let maximumMovedDepth = 32

    private func regular(_ path: String, _ entry: String) throws -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { throw refusal(entry, "cannot be looked at") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw refusal(entry, "is not a plain file") }
        return path
    }

    private func object(_ entry: String, _ object: BatchObject?) throws -> BatchObject {
        guard let object, !object.key.isEmpty else { throw refusal(entry, "is no usable name of an object") }
        guard objectRoots.contains(where: { $0.holds(object) }) else {
            throw refusal(
                entry, "is outside the buckets that batches may be read from",
                advice: "Allow its bucket and prefix with the setting batch_roots.")
        }
        return object
    }

    private func remote(_ entry: String, _ scheme: String) throws -> Place {
        guard scheme == "http" || scheme == "https" else { throw refusal(entry, "has a scheme that is not supported") }
        let authority = entry.dropFirst(scheme.count + 3).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { throw refusal(entry, "has a name or password in it") }
        guard hosts.contains(authority.lowercased()) else {
            throw refusal(
                entry, "is on a host that batches may not be read from",
                advice: "Allow it with the setting batch_hosts.")
        }
        return .remote(entry)
    }

    private func refusal(_ entry: String, _ what: String, advice: String? = nil) -> CartloadError {
        // A pre-signed URL's query is a credential, and so is what stands before its host.
        var shown = String(entry.prefix { $0 != "?" && $0 != "#" })
        if let scheme = BatchFileAccess.scheme(of: shown), scheme != "file", let at = shown.lastIndex(of: "@") {
            shown.replaceSubrange(shown.index(shown.startIndex, offsetBy: scheme.count + 3)...at, with: "")
        }
        return CartloadError(.batchFile, "the batch file \"\(shown)\" \(what)", advice: advice)
    }

    /// The letters before `://`.
    private static func scheme(of entry: String) -> String? {
        let letters = entry.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        return !letters.isEmpty && entry[letters.endIndex...].hasPrefix("://") ? letters.lowercased() : nil
    }

    /// `file:///p`, `file://localhost/p` and paths; `file://a/b` is relative, as the SDK reads it.
    private static func localPath(_ entry: String) -> String? {
        guard let scheme = scheme(of: entry) else { return entry.isEmpty ? nil : entry }
        guard scheme == "file" else { return nil }
        let rest = String(entry.dropFirst(7))
        if rest.hasPrefix("localhost/") { return String(rest.dropFirst(9)) }
        return rest.isEmpty ? nil : rest
    }

    /// The canonical path that a folder has or will have once it is made; nil when that cannot be known.
    ///
    /// What is not there yet is taken by its name below what is: made as a link to somewhere else, it allows nothing.
    private static func future(_ path: String) -> String? {
        guard !path.isEmpty else { return nil }
        var known = path.hasPrefix("/") ? path : "./" + path
        var rest: [String] = []
        while true {
            if let real = canonical(known) {
                return rest.isEmpty ? real : Folder.join(real, rest.reversed().joined(separator: "/"))
            }
            while known.count > 1, known.hasSuffix("/") { known.removeLast() }
            let (parent, name) = Folder.split(known)
            guard parent != known, name != ".." else { return nil }
            if !name.isEmpty, name != "." { rest.append(name) }
            known = parent
        }
    }

    /// The path with every link followed, or nil when there is nothing.
    private static func canonical(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}

extension CartloadError.Code {
    /// A BATCH message names a file that cannot or must not be read.
    public static let batchFile = CartloadError.Code("singer.batch-file")
}

extension String {
    /// The text with `%xx` replaced by bytes; nil when that is no UTF-8.
    fileprivate var percentDecoded: String? {
        guard contains("%") else { return nil }
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
