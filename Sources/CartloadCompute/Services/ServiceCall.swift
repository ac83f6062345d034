// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Records for a worker.
public struct ServiceCall: Sendable {
    /// One JSON object each, on one line: inputs, common parameters and defaults together.
    public var records: Rows
    /// How long it may take.
    public var timeout: Duration

    public init(records: Rows, timeout: Duration) {
        self.records = records
        self.timeout = timeout
    }
}
