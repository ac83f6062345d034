// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import Synchronization

extension PipelineStoreContract {
    /// Commits random changes, several without waiting, and compares everything with a model now and then.
    ///
    /// - Parameters:
    ///   - seed: Print it, so that a failure can be made again.
    ///   - steps: How many commits.
    /// - Throws: ``ContractFailure`` with what is wrong, or the error that the store threw.
    public func run(seed: UInt64, steps: Int) async throws {
        let trial = try StoreTrial(self)
        var random = RandomStoreChanges(seed: seed)
        let failures = Mutex<[String]>([])
        for step in 0..<steps {
            let changes = random.next(trial.model)
            trial.note(changes)
            trial.store.commit(changes) { error in
                if let error { failures.withLock { $0.append("\(error)") } }
            }
            if random.isTime(oneIn: 25) { try await trial.check("the store after step \(step)") }
        }
        try await trial.check("the store at the end")
        let found = failures.withLock { $0 }
        try expect(found.isEmpty, "commits failed: \(found)")
        trial.store.close()
    }
}
