// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Which stream writes to which names, so that two streams of a run never replace each other's files.
final class NameClaims: Sendable {
    private let owners = Mutex<[String: String]>([:])

    func claim(_ template: FileNameTemplate, for stream: String) throws {
        try claim(template.name(stream: stream, key: nil, number: 1), for: stream)
    }

    /// Claims the first name of a key; stream `a` with key `b-c` and stream `a-b` with key `c` may have the same.
    func claim(_ sample: String, for stream: String) throws {
        try owners.withLock { owners in
            if let owner = owners[sample], owner != stream {
                throw CartloadError(
                    .fileTemplate, "the streams \"\(owner)\" and \"\(stream)\" would be written to the same file",
                    at: Location(source: sample), advice: "Use a folder, or a name with {stream}.")
            }
            owners[sample] = stream
        }
    }
}
