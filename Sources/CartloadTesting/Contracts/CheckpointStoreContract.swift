// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
public import CartloadFlow

/// What every checkpoint store must do; run it on yours.
public struct CheckpointStoreContract: Sendable {
    private let isDurable: Bool
    private let make: @Sendable () throws -> any CheckpointStore

    /// - Parameters:
    ///   - isDurable: Whether a store made again finds what an earlier one saved.
    ///   - make: Opens the same place each time, empty at first.
    public init(isDurable: Bool, make: @escaping @Sendable () throws -> any CheckpointStore) {
        self.isDurable = isDurable
        self.make = make
    }

    /// Checks everything.
    ///
    /// - Throws: ``ContractFailure`` with what is wrong, or the error that the store threw.
    public func run() throws {
        let store = try make()
        let ids = ["flow", "flow/stream", "../up", "", "ünï \n\"quoted\"", String(repeating: "long", count: 300)]
        for (number, id) in ids.enumerated() {
            try expect(try store.load(id) == nil, "a new store has a checkpoint for \"\(id)\"")
            for state in states(number) {
                try store.save(state, for: id)
                try expect(try store.load(id) == state, "\"\(id)\" is loaded other than it was saved")
                if isDurable {
                    try expect(try make().load(id) == state, "a store opened again does not have \"\(id)\"")
                }
            }
        }
        for (number, id) in ids.enumerated() {
            try expect(try store.load(id) == states(number).last, "saving another id changed \"\(id)\"")
            try store.forget(id)
            try expect(try store.load(id) == nil, "\"\(id)\" is there after it was forgotten")
            try store.forget(id)
            try checkClaim(store, id)
        }
    }

    private func states(_ number: Int) -> [SavedCheckpoint] {
        let checkpoint = Checkpoint([
            "n": .number("123456789012345678901234567890.10"), "z": [nil, "\u{1F600}\u{0}"], "a": .int(number),
        ])
        let receipts: [String: JSONValue] = ["files": ["part": 7], "warehouse": nil]
        let first = SavedCheckpoint(updatedAt: 1_700_000_000)
        var second = first
        second.intent = .init(sequence: 1, checkpoint: checkpoint, receipts: receipts)
        return [first, second, SavedCheckpoint(sequence: 1, checkpoint: checkpoint, receipts: receipts, updatedAt: 1)]
    }

    private func checkClaim(_ store: any CheckpointStore, _ id: String) throws {
        let claim = try store.claim(id)
        let other = isDurable ? try make() : store
        do {
            _ = try other.claim(id)
        } catch let error as CartloadError where error.code.rawValue == "flow.already-running" {
            claim.release()
            claim.release()
            try other.claim(id).release()
            return
        }
        throw ContractFailure("two runs hold the claim on \"\(id)\" at once")
    }
}
