// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc

/// How a run is carried out; what it does is in its links.
public struct EngineOptions: Sendable {
    /// How many blocks are processed at once; the number of cores is right.
    public var workers: Int
    /// About how many bytes a block has.
    public var blockSize: Int
    /// Blocks end after every so many records of a batch too; see ``BatchOutput/recordInterval``.
    public var recordInterval: Int?
    /// How many blocks may be between reading and writing (I7).
    public var blocksInFlight: Int
    /// How many commits may wait for a destination that acknowledges later before some are left out (I7); see
    /// ``CartloadCore/AcknowledgingWriter``.
    public var pendingCommits = 256
    /// Forgets earlier checkpoints first.
    public var isFresh: Bool
    /// Keeps checkpoints after the end of the streams, so that a later run reads only what is new.
    public var keepsState: Bool
    public var stop: StopRequest
    public var clock: RunClock = .system

    /// - Parameter workers: nil takes the number of cores.
    public init(
        workers: Int? = nil, blockSize: Int = 512 << 10, recordInterval: Int? = nil, blocksInFlight: Int? = nil,
        isFresh: Bool = false,
        keepsState: Bool = true, stop: StopRequest = StopRequest(), clock: RunClock = .system
    ) {
        let workers = workers ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        self.workers = workers
        self.blockSize = blockSize
        self.recordInterval = recordInterval
        self.blocksInFlight = blocksInFlight ?? workers + 2
        self.isFresh = isFresh
        self.keepsState = keepsState
        self.stop = stop
        self.clock = clock
    }
}
