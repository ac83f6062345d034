// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// Where a followed file has been read to.
struct TailPlace: Hashable {
    var identity: TailFile.Identity
    var position: Position
    /// A checksum of what comes before the place.
    var head: String

    init(_ file: TailFile, _ position: Position) {
        identity = file.identity
        self.position = position
        head = file.head(before: position.byte)
    }

    init?(_ json: JSONValue?) {
        guard let json, let identity = TailFile.Identity(json["file"]),
            let position = json["position"].flatMap({ Position($0) }),
            let head = json["head"]?.stringValue
        else { return nil }
        self.identity = identity
        self.position = position
        self.head = head
    }

    var json: JSONValue { ["file": identity.json, "position": position.json, "head": .string(head)] }

    /// Whether a file is still the one that was read, and has what was read of it.
    func isIn(_ file: TailFile) -> Bool {
        file.identity == identity && file.size >= position.byte && file.head(before: position.byte) == head
    }
}
