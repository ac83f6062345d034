// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc

extension CartloadError.Code {
    /// There is no file or folder of that name.
    public static let notFound = CartloadError.Code("storage.not-found")
    /// The operating system does not allow it.
    public static let permissionDenied = CartloadError.Code("storage.permission-denied")
    /// A file was expected and a folder found.
    public static let isFolder = CartloadError.Code("storage.is-folder")
    /// A plain file was expected, and a device, a pipe or a link found.
    public static let notAFile = CartloadError.Code("storage.not-a-file")
    /// Somebody else is writing the file.
    public static let inUse = CartloadError.Code("storage.in-use")
    /// A folder was expected and something else found.
    public static let notFolder = CartloadError.Code("storage.not-folder")
    /// The disk, or the user's share of it, is full.
    public static let diskFull = CartloadError.Code("storage.disk-full")
    /// The file system is mounted read-only.
    public static let readOnly = CartloadError.Code("storage.read-only")
    /// Reading failed for another reason.
    public static let readFailed = CartloadError.Code("storage.read-failed")
    /// Writing failed for another reason.
    public static let writeFailed = CartloadError.Code("storage.write-failed")
    /// A file has changed since an earlier run: it is shorter than what was read or written before.
    public static let fileChanged = CartloadError.Code("storage.file-changed")
    /// No file matches a pattern, or a folder has none.
    public static let noMatch = CartloadError.Code("storage.no-match")
    /// A pattern cannot be understood.
    public static let badPattern = CartloadError.Code("storage.bad-pattern")
}

extension SystemFailure {
    /// The failure as an error that says what was being done and what to do.
    ///
    /// - Parameters:
    ///   - action: What could not be done, such as `open the file`.
    ///   - fallback: The code for failures that have none of their own.
    func error(_ action: String, _ path: String, at byte: Int? = nil, else fallback: CartloadError.Code)
        -> CartloadError
    {
        let place = Location(source: path, byte: byte)
        switch number {
        case ENOENT:
            return CartloadError(
                .notFound, "cannot \(action): it does not exist", at: place, advice: "Check the path.")
        case EACCES, EPERM:
            return CartloadError(
                .permissionDenied, "cannot \(action): permission denied", at: place,
                advice: "Give the user that runs Cartload access, or choose another path.")
        case EISDIR:
            return CartloadError(
                .isFolder, "cannot \(action): it is a folder", at: place,
                advice: "Name a file, or end the path with / to mean the files of the folder.")
        case ENOTDIR:
            return CartloadError(
                .notFolder, "cannot \(action): a part of the path is not a folder", at: place,
                advice: "Check the path.")
        case ENOSPC, EDQUOT:
            return CartloadError(
                .diskFull, "cannot \(action): the disk is full", at: place,
                advice: "Make room and run again; it goes on after the last checkpoint.", cause: self)
        case EROFS:
            return CartloadError(
                .readOnly, "cannot \(action): the file system is read-only", at: place,
                advice: "Choose a path on a file system that can be written.")
        default:
            return CartloadError(fallback, "cannot \(action)", at: place, cause: self)
        }
    }
}
