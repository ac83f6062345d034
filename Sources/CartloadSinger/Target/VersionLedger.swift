// SPDX-License-Identifier: Apache-2.0

/// Which versions of a stream may be activated when.
///
/// Some taps send ACTIVATE_VERSION before the records of the version, some after them. Taking the others away before the
/// records are there would leave an empty table for as long as that takes, or for good if it fails. So an activation
/// waits for records of its version to be followed by another ACTIVATE_VERSION, or for the end of the input.
struct VersionLedger {
    private var written: Set<Int64> = []
    private var waiting: Int64?
    private var ready: Int64?

    /// A record of a version was written.
    mutating func wrote(_ version: Int64) { written.insert(version) }

    /// ACTIVATE_VERSION came.
    mutating func activate(_ version: Int64) {
        if written.contains(version) {
            ready = version
            waiting = nil
        } else {
            waiting = version
        }
    }

    /// The version to activate with the next commit.
    ///
    /// - Parameter isEnd: Whether the input is complete, so that what waited has nothing more to wait for.
    mutating func take(isEnd: Bool) -> Int64? {
        if isEnd, let version = waiting {
            waiting = nil
            ready = nil
            return version
        }
        defer { ready = nil }
        return ready
    }
}
