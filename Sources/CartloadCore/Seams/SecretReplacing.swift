// SPDX-License-Identifier: Apache-2.0

/// A source whose credentials may be replaced while it reads, so that those of its configuration no longer hold: whoever keeps
/// the configuration must hear of it.
public protocol SecretReplacing: Source {
    /// The same source, which says what was replaced as soon as it was, and before it is used.
    ///
    /// - Parameter tell: Is given the secret that the configuration has, and the one that takes its place; what it throws
    ///   ends the run.
    func telling(ofReplacedSecrets tell: @escaping @Sendable (_ old: String, _ new: String) throws -> Void)
        -> any Source
}
