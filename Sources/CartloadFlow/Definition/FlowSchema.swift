// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The JSON Schema that a flow gives for its records.
public enum FlowSchema: Sendable, Hashable {
    case inline(JSONObject)
    /// A path, relative to the working directory.
    case file(String)
}
