// SPDX-License-Identifier: Apache-2.0

/// A worker that a pool has lent.
public struct WorkerLease: Sendable {
    /// Whose workers may stand in for each other.
    struct Kind: Sendable, Hashable {
        var versionID: String
        var revision: String
    }

    public let worker: any ServiceWorker
    let kind: Kind
    let number: Int
    let idleTime: Duration
}

extension WorkerLease.Kind {
    init(_ service: Service) { self.init(versionID: service.versionID, revision: service.revision) }
}
