// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// Where a version of a service is: `folder/name/version` in the folder of services.
struct ServicePlace: Sendable, Hashable {
    var folder: String
    var name: String
    var version: String
    /// The path of the version's folder.
    var directory: String

    static let maximumNameLength = 128

    static let fileName = "service.yaml"

    var file: String { "\(directory)/\(ServicePlace.fileName)" }

    /// As answers and the log name the version.
    var uri: String { "\(folder)/\(name)[\(version)]" }

    /// The id of all versions, when no file says another; the same on every machine.
    var serviceID: String { UniqueID.derived(from: [Bytes("\(folder)/\(name)")]) }

    /// The id of this version, when its file says no other.
    var versionID: String { UniqueID.derived(from: [Bytes("\(folder)/\(name)"), Bytes(version)]) }

    /// Whether a folder can be named in a request and in a path, and in no other way.
    static func isProper(_ name: String) -> Bool {
        let isAllowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: " "):
                true
            default: false
            }
        }
        return isAllowed && !name.isEmpty && name.utf8.count <= maximumNameLength && !name.hasPrefix(".")
            && !name.hasPrefix(" ") && !name.hasSuffix(" ")
    }
}
