// SPDX-License-Identifier: Apache-2.0

import CartloadFlow

/// A store that can be broken for a while.
final class WatchedStore: PlannerStore {
    struct Full: Error {}

    private let memory = MemoryPlannerStore()
    private let isBroken: Shared<Bool>

    init(isBroken: Bool = false) { self.isBroken = Shared(isBroken) }

    func repair() { isBroken.withLock { $0 = false } }

    func load(_ names: [String]) throws -> [String: PlannerRecord] { memory.load(names) }

    func save(_ records: [String: PlannerRecord]) throws {
        if isBroken.withLock({ $0 }) { throw Full() }
        memory.save(records)
    }
}
