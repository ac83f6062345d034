// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
internal import Glibc

/// Enough of a file to tell, in a later run, whether it is the same, has grown, or is another.
struct FileFingerprint: Hashable {
    var size: Int
    /// A checksum of the first `headCount` bytes.
    var head: String
    var headCount: Int

    /// How many bytes of a file's beginning are compared.
    private static let headLimit = 4096

    /// Looks at a file; `headCount` is that of an earlier look, to compare the same bytes.
    init(of path: String, headCount earlier: Int? = nil) throws {
        let reader = try FileReader(path: path)
        size = reader.byteCount ?? 0
        let wanted = min(earlier ?? Self.headLimit, Self.headLimit)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: max(wanted, 1), alignment: 16)
        defer { room.deallocate() }
        var count = 0
        while count < wanted {
            let read = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: room[count..<wanted]))
            if read == 0 { break }
            count += read
        }
        headCount = count
        var checksum: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
        for byte in room[..<count] { checksum = (checksum ^ UInt64(byte)) &* 0x100_0000_01b3 }
        head = String(checksum, radix: 16)
    }

    init?(_ json: JSONValue) {
        guard let size = json["size"]?.intValue, let head = json["head"]?.stringValue,
            let headCount = json["head_count"]?.intValue
        else { return nil }
        self.size = size
        self.head = head
        self.headCount = headCount
    }

    var json: JSONValue { ["size": .int(size), "head": .string(head), "head_count": .int(headCount)] }
}

extension FileFingerprint {
    /// Makes sure that the file is as it was when `old` was taken, or has only grown.
    ///
    /// - Throws: `CartloadError` with code `files.replaced`.
    func checkGrown(from old: FileFingerprint, _ path: String) throws {
        if self == old { return }
        let head = try FileFingerprint(of: path, headCount: old.headCount).head
        guard size >= old.size, head == old.head else {
            throw CartloadError(
                .fileReplaced, "the file is not the one that the earlier run read", at: Location(source: path),
                advice: "Give new data a new name, or start over with --fresh.")
        }
    }
}
