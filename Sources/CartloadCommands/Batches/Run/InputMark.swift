// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Glibc

/// Enough of an input to tell, in a later run, whether it is still the same: its size, when it was changed, its beginning.
struct InputMark: Sendable, Hashable {
    var size: Int
    /// Nanoseconds since 1970; 0 for a pipe.
    var modified: Int
    /// A checksum of the first bytes; empty for a pipe, whose bytes are not there before they are read.
    var head: String

    private static let headBytes = 4096

    /// Looks at a file; standard input has nothing to look at.
    init(of path: String) throws {
        guard path != "-", !FileReader.isReadOnce(path) else {
            (size, modified, head) = (0, 0, "")
            return
        }
        let reader = try FileReader(path: path)
        var status = stat()
        guard stat(path, &status) == 0 else { throw InputMark.gone(path) }
        size = Int(status.st_size)
        modified = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: InputMark.headBytes, alignment: 16)
        defer { room.deallocate() }
        let count = try reader.read(into: room)
        head = Checksum.text(room[..<count])
    }

    init?(_ json: JSONValue) {
        guard let size = json["size"]?.intValue, let modified = json["modified"]?.intValue,
            let head = json["head"]?.stringValue
        else { return nil }
        (self.size, self.modified, self.head) = (size, modified, head)
    }

    var json: JSONValue { ["size": .int(size), "modified": .int(modified), "head": .string(head)] }

    private static func gone(_ path: String) -> CartloadError {
        CartloadError(.inputChanged, "the input cannot be looked at", at: Location(source: path))
    }

    /// Makes sure that an input is the one of an earlier run.
    ///
    /// - Throws: `CartloadError` with code `batches.input-changed`.
    func check(against earlier: InputMark, _ path: String) throws {
        guard self != earlier else { return }
        let what = size != earlier.size ? "another size" : head != earlier.head ? "another beginning" : "a later change"
        throw CartloadError(
            .inputChanged, "the input has \(what) since the run that is to be resumed", at: Location(source: path),
            advice: "Put the earlier input back to go on, or start over with --fresh.")
    }
}

/// FNV-1a, which is the same in every run; Swift's hashes are not.
enum Checksum {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let sum = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(sum, radix: 16)
    }
}
