// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute

/// Workers of a version of a service.
struct ServiceWorkers: Sendable, Hashable {
    /// `folder/service[version]`.
    var service: String
    var counts: WorkerCounts
}
