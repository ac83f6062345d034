// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Glibc

/// The file that keeps a refresh token which has taken the place of the configuration's; only its owner can read it (I8).
///
/// Beside it stands the token that the configuration had: once somebody has set another one there, what is kept is of the past.
struct TokenFile: Sendable {
    let path: String

    /// The largest file that is taken for one (I7).
    private static let maximumBytes = 1 << 16

    /// The token that has taken the place of a given one; nil when none has.
    ///
    /// - Throws: `CartloadError` when there is a file that cannot be read, or is of something else: its token is the only one
    ///   that still holds.
    func replacement(of given: String) throws -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw failure("read") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: TokenFile.maximumBytes)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw failure("read") }
        guard let value = try? JSONValue(parsing: String(decoding: bytes[..<count], as: UTF8.self)),
            let original = value["instead_of"]?.stringValue, let token = value["refresh_token"]?.stringValue
        else {
            throw CartloadError(
                .apiTokenKept, "the file of the refresh token is not one that was written for this",
                at: Location(source: path),
                advice: "Name another file as `token_file`, or remove it and get a new token.")
        }
        return original == given ? token : nil
    }

    /// Keeps a token: the file is written aside and renamed when it is durable (I3).
    func keep(_ token: String, insteadOf given: String) throws {
        let parent = Folder.split(path).parent
        try Folder.create(parent)
        let aside = "\(path).\(getpid()).tmp"
        unlink(aside)
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("written") }
        let object = JSONObject([("refresh_token", .string(token)), ("instead_of", .string(given))])
        let text = Array("\(JSONValue.object(object))\n".utf8)
        let isWritten = write(descriptor, text, text.count) == text.count && fsync(descriptor) == 0
        let number = errno
        close(descriptor)
        guard isWritten, rename(aside, path) == 0 else {
            let error = failure("written", isWritten ? errno : number)
            unlink(aside)
            throw error
        }
        try Folder.synchronize(parent)
    }

    private func failure(_ what: String, _ number: Int32 = errno) -> CartloadError {
        CartloadError(
            .apiTokenKept, "the refresh token cannot be \(what): \(String(cString: strerror(number)))",
            at: Location(source: path), advice: "Check `token_file` and who owns it.")
    }
}
