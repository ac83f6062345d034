// SPDX-License-Identifier: Apache-2.0

/// Something wrong with one record, found while the run goes on (I9).
public struct Diagnostic: Sendable, Hashable {
    public var code: CartloadError.Code
    public var message: String
    public var location: Location
    /// The text of the record as it came in, for the reject file; nil for warnings about a record that was kept.
    public var record: Bytes?

    public init(_ code: CartloadError.Code, _ message: String, at location: Location, record: Bytes? = nil) {
        self.code = code
        self.message = message
        self.location = location
        self.record = record
    }

    /// The same finding as an error, for runs that do not tolerate it.
    public var error: CartloadError {
        CartloadError(code, message, at: location)
    }
}

/// What was found wrong with the records of one batch: rejects, which were taken out, and warnings, which were not.
public struct Diagnostics: Sendable {
    /// Records taken out of the batch, in input order.
    public private(set) var rejects: [Diagnostic] = []
    /// Counts of things noticed in records that were kept, by code.
    public private(set) var warnings: [CartloadError.Code: Int] = [:]

    public init() {}

    public mutating func reject(_ diagnostic: Diagnostic) { rejects.append(diagnostic) }

    public mutating func warn(_ code: CartloadError.Code, count: Int = 1) {
        if count > 0 { warnings[code, default: 0] += count }
    }

    public mutating func append(_ other: Diagnostics) {
        rejects += other.rejects
        for (code, count) in other.warnings { warn(code, count: count) }
    }

    public var isEmpty: Bool { rejects.isEmpty && warnings.isEmpty }
}
