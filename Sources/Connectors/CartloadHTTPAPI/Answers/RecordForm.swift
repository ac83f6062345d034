// SPDX-License-Identifier: Apache-2.0

/// Where the records of an answer are.
public enum RecordForm: Sendable, Hashable {
    /// In a JSON array at a path, or an object there; `isOptional` takes an answer without it as a page without records.
    case json([String], isOptional: Bool)
    /// The whole body is JSON Lines.
    case jsonLines
    /// The whole body is CSV with a header.
    case csv

    var isJSON: Bool { if case .json = self { true } else { false } }
}
