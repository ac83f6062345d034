// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Keeps pipelines and the payloads of their chunks.
///
/// ``load()`` comes first, once. Changes take effect in the order of the calls of ``commit(_:whenDurable:)``, those of one call
/// together or not at all; the calls come one after another, from any thread, and return at once. ``close()`` comes last and
/// waits for what was committed before it.
public protocol PipelineStore: Sendable {
    /// Everything that is stored; may block.
    ///
    /// - Throws: `CartloadError` when the store is damaged, of another version, or in use.
    func load() throws -> [StoredPipeline]

    /// Makes changes durable, and says when they survive `kill -9` (I1), or why they never will.
    ///
    /// - Parameter whenDurable: Called once, in the order of the commits, on any thread, perhaps before this returns; must not
    ///   block. After an error none of these changes has been made, and later ones may succeed.
    func commit(_ changes: [StoreChange], whenDurable: @escaping @Sendable ((any Error)?) -> Void)

    /// The bytes of a payload whose commit is durable and which is not released; may block.
    ///
    /// - Throws: `CartloadError` when it is not there or its checksum is wrong.
    func read(_ key: PayloadKey) throws -> Bytes

    /// Ends the store when everything committed is durable; may block.
    func close()
}

extension PipelineStore {
    /// Makes changes durable and returns when they are.
    public func commit(_ changes: [StoreChange]) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            commit(changes) { error in
                if let error { continuation.resume(throwing: error) } else { continuation.resume() }
            }
        }
    }
}
