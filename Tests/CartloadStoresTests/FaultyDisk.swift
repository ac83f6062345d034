// SPDX-License-Identifier: Apache-2.0

import CartloadStores
import CartloadTesting
import Glibc
import SQLiteDatabase
import Synchronization

/// A disk on which a chosen call fails: once, or as the last before the machine stops.
final class FaultyDisk: StoreDisk {
    enum Step: String, Sendable, CaseIterable { case allocate, write, synchronize, commit }

    enum Fault: Sendable {
        /// This call fails with an error, and later ones do not. Of a write, a part may be on the disk.
        case once(Int32)
        /// This call and all later ones fail. Of what was written and not synchronized, anything may be on the disk.
        case stop
        /// The transaction is made, and then everything fails: nobody hears of it.
        case stopAfterCommit
    }

    struct NoAnswer: Error {}

    private struct State {
        var countdown: [Step: (calls: Int, fault: Fault)] = [:]
        var steps = 0
        var isStopped = false
        var generator: SeededGenerator
        /// What was written since the last synchronization.
        var loose: [(file: Int32, offset: Int, count: Int)] = []
    }

    private let system = SystemDisk()
    private let state: Mutex<State>

    init(seed: UInt64 = 0) { state = Mutex(State(generator: SeededGenerator(seed: seed))) }

    /// Lets the call after `calls` more of a kind fail.
    func plan(_ step: Step, after calls: Int, _ fault: Fault) {
        state.withLock { $0.countdown[step] = (calls, fault) }
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    func allocate(_ file: Int32, size: Int) -> Int32 {
        switch fault(.allocate) {
        case nil: system.allocate(file, size: size)
        case .once(let number): number
        case .stop, .stopAfterCommit: EIO
        }
    }

    func write(_ vectors: UnsafeBufferPointer<iovec>, to file: Int32, at offset: Int) -> Int {
        let count = vectors.reduce(0) { $0 + $1.iov_len }
        state.withLock { $0.loose.append((file, offset, count)) }
        guard let fault = fault(.write) else {
            // As a signal or a full buffer may have it: not always all at once.
            let isPart = vectors.count > 1 && state.withLock { Bool.random(using: &$0.generator) }
            return system.write(
                isPart ? UnsafeBufferPointer(rebasing: vectors.dropLast()) : vectors, to: file, at: offset)
        }
        _ = system.write(UnsafeBufferPointer(rebasing: vectors.prefix(1)), to: file, at: offset)
        return failed(fault)
    }

    func synchronize(_ file: Int32) -> Int32 {
        if let fault = fault(.synchronize) { return Int32(failed(fault)) }
        state.withLock { $0.loose.removeAll { $0.file == file } }
        return system.synchronize(file)
    }

    func commit(_ database: Database) throws {
        switch fault(.commit) {
        case nil: try system.commit(database)
        case .once, .stop: throw NoAnswer()
        case .stopAfterCommit:
            try system.commit(database)
            throw NoAnswer()
        }
    }

    private func failed(_ fault: Fault) -> Int {
        if case .once(let number) = fault { errno = number } else { errno = EIO }
        return -1
    }

    /// The fault that this call has.
    private func fault(_ step: Step) -> Fault? {
        state.withLock { state in
            if state.isStopped { return .stop }
            guard let (calls, fault) = state.countdown[step] else { return nil }
            guard calls == 0 else {
                state.countdown[step] = (calls - 1, fault)
                return nil
            }
            state.countdown[step] = nil
            if case .once = fault { return fault }
            state.isStopped = true
            tear(&state)
            return fault
        }
    }

    /// The machine stops: what was not synchronized is there in part, or is something else.
    private func tear(_ state: inout State) {
        for (file, offset, count) in state.loose where Bool.random(using: &state.generator) {
            let torn = Int.random(in: 0...count, using: &state.generator)
            let garbage = [UInt8](repeating: UInt8.random(in: 0...255, using: &state.generator), count: torn)
            pwrite(file, garbage, torn, offset + count - torn)
        }
    }
}
