// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// Names one request: the same whenever it is sent again, another for every other one.
struct IdempotencyKey: Hashable {
    let text: String

    /// - Parameters:
    ///   - number: The request's number in its stream, so that two requests of the same records differ.
    ///   - lines: Its records, so that a key never stands for other ones.
    init(checkpointID: String, stream: String, salt: String, number: Int, lines: Bytes) {
        let digest = SHA256.hash(lines).hexadecimal
        // With their lengths, so that no two sets of names run together to the same text.
        let parts = [checkpointID, stream, salt, "\(number)", digest].map { "\($0.utf8.count):\($0)" }
        text = String(SHA256.hash(Bytes(parts.joined())).hexadecimal.prefix(32))
    }
}
