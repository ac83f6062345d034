// SPDX-License-Identifier: Apache-2.0

/// Where a pipeline is in its life; the eight `batch_status` of the Batches API.
public enum PipelineState: String, Sendable, Hashable, CaseIterable {
    case created
    case inProgress = "in_progress"
    case closed
    case closedByTimeout = "closed_by_timeout"
    case completed
    case completedByTimeout = "completed_by_timeout"
    case failed
    case cancelled

    /// Whether chunks may be pushed.
    public var isOpen: Bool { self == .created || self == .inProgress }

    /// Whether nothing will change any more but that results are pulled.
    public var isTerminal: Bool {
        switch self {
        case .completed, .completedByTimeout, .failed, .cancelled: true
        case .created, .inProgress, .closed, .closedByTimeout: false
        }
    }
}
