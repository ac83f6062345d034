// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Records that are made up, for trying flows, for tests and for measuring.
///
/// Each value depends only on the seed, the field's name and the record's number, so that a run that is resumed goes on exactly
/// where the last one ended.
public struct GeneratorSource: Source {
    public var options: GeneratorOptions
    public var clock: GeneratorClock

    public init(_ options: GeneratorOptions, clock: GeneratorClock = .system) {
        self.options = options
        self.clock = clock
    }

    public func streams() async throws -> [any CartloadCore.Stream] { [try GeneratorStream(options, clock)] }
}

/// What a ``GeneratorSource`` makes.
public struct GeneratorOptions: Sendable {
    /// The name of the stream.
    public var name: String
    public var fields: [GeneratedField]
    /// How many records there are in all; nil for any number.
    public var records: Int?
    /// How many records one run reads at most; a later run goes on with the next. nil reads all.
    public var recordsPerRun: Int?
    /// So many records are a batch; nil makes all of a run one.
    public var batch: Int?
    /// How many records there are in a second; nil for as many as can be made.
    public var rate: Double?
    public var seed: UInt64
    /// The fields that identify a record.
    public var keys: [String]

    public init(
        _ name: String = "generated", fields: [GeneratedField], records: Int? = nil, recordsPerRun: Int? = nil,
        batch: Int? = nil, rate: Double? = nil, seed: UInt64 = 0, keys: [String] = []
    ) {
        self.name = name
        self.fields = fields
        self.records = records
        self.recordsPerRun = recordsPerRun
        self.batch = batch
        self.rate = rate
        self.seed = seed
        self.keys = keys
    }
}
