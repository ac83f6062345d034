// SPDX-License-Identifier: Apache-2.0

/// What happens to a bad record (I9).
public enum FlowErrorPolicy: Sendable, Hashable {
    /// The run fails at the first one.
    case fail
    /// It goes to the reject file and the run goes on, until there are more than `limit`.
    case reject(file: String?, limit: Int?)
}
