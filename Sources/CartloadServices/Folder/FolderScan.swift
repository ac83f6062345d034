// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// Looks through the folder of services for versions, without reading any.
struct FolderScan {
    private(set) var found: [(place: ServicePlace, signature: FileSignature)] = []
    private(set) var problems: [CartloadError] = []
    private let root: String
    private let maximum: Int

    /// - Parameters:
    ///   - root: The path of the folder, without symbolic links.
    ///   - maximum: How many versions are looked for (I7).
    /// - Throws: `CartloadError` with code `service.folder` when the folder itself cannot be read.
    init(_ root: String, maximum: Int) throws {
        self.root = root
        self.maximum = maximum
        for folder in try FolderScan.entries(of: root) {
            noteMisplaced("\(root)/\(folder)", folder)
            folders(folder)
        }
    }

    private mutating func folders(_ folder: String) {
        each(of: "\(root)/\(folder)", named: folder) { scan, path, name in
            scan.each(of: path, named: name) { scan, path, version in
                scan.version(ServicePlace(folder: folder, name: name, version: version, directory: path))
            }
        }
    }

    /// Goes into a folder, if it is one and may be gone into.
    private mutating func each(
        of path: String, named name: String, _ body: (inout FolderScan, String, String) -> Void
    ) {
        guard isFolder(path, named: name) else { return }
        do {
            for entry in try FolderScan.entries(of: path) {
                noteMisplaced("\(path)/\(entry)", entry)
                body(&self, "\(path)/\(entry)", entry)
            }
        } catch let error as CartloadError {
            problems.append(error)
        } catch {}
    }

    /// A file above the folder of a version would be missed without a word.
    private mutating func noteMisplaced(_ path: String, _ name: String) {
        guard name == ServicePlace.fileName else { return }
        problems.append(
            CartloadError(
                .serviceMisplaced, "the file is not in the folder of a version", at: Location(source: path),
                advice: "Put it into \(root)/FOLDER/SERVICE/VERSION/."))
    }

    private mutating func version(_ place: ServicePlace) {
        guard isFolder(place.directory, named: place.version) else { return }
        var status = stat()
        guard stat(place.file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            problems.append(
                CartloadError(
                    .serviceMissing, "the version has no file service.yaml", at: Location(source: place.directory)))
            return
        }
        guard isInside(place.file) else { return }
        guard found.count < maximum else {
            if found.count == maximum, !problems.contains(where: { $0.code == .serviceTooMany }) {
                problems.append(
                    CartloadError(
                        .serviceTooMany, "there are more than \(maximum) versions of services; the rest is not read",
                        at: Location(source: root)))
            }
            return
        }
        found.append((place, FileSignature(status)))
    }

    /// Whether an entry is a folder that may be gone into; files beside folders may be anything.
    private mutating func isFolder(_ path: String, named name: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return false }
        guard ServicePlace.isProper(name) else {
            problems.append(
                CartloadError(
                    .serviceName, "the folder cannot be named in a request", at: Location(source: path),
                    advice: "Use letters, digits, dots, underlines, hyphens and inner spaces, 128 at most."))
            return false
        }
        return isInside(path)
    }

    private mutating func isInside(_ path: String) -> Bool {
        var status = stat()
        // What is no link is where the folder around it is, which was looked at before; asking costs much more.
        if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK { return true }
        guard let real = FolderScan.resolved(path) else { return false }
        if real.hasPrefix(root == "/" ? root : "\(root)/") { return true }
        problems.append(
            CartloadError(
                .serviceOutside, "a symbolic link leads out of the folder of services", at: Location(source: path)))
        return false
    }

    /// The names in a folder in order, without those that begin with a dot.
    private static func entries(of path: String) throws -> [String] {
        guard let folder = opendir(path) else {
            throw CartloadError(
                .serviceFolder, "the folder cannot be read: \(String(cString: strerror(errno)))",
                at: Location(source: path))
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// A path without symbolic links; nil when there is nothing.
    static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
