// SPDX-License-Identifier: Apache-2.0

/// What becomes of the records that a destination already has.
public enum LoadMethod: String, Sendable, Hashable, CaseIterable {
    /// They stay.
    case append
    /// Those with the same keys are replaced.
    case upsert
    /// All are replaced at once, when the stream is complete.
    case overwrite
}
