// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Remembers for as long as the process lasts.
public final class MemoryPlannerStore: PlannerStore {
    private let records = Mutex<[String: PlannerRecord]>([:])

    public init() {}

    public func load(_ names: [String]) -> [String: PlannerRecord] {
        records.withLock { records in
            Dictionary(names.compactMap { name in records[name].map { (name, $0) } }) { first, _ in first }
        }
    }

    public func save(_ changed: [String: PlannerRecord]) {
        records.withLock { $0.merge(changed) { _, new in new } }
    }
}
