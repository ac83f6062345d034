// SPDX-License-Identifier: Apache-2.0

package import Glibc
package import SQLiteDatabase

/// The calls by which a store changes the disk, so that tests can make them fail.
///
/// All come from the committing thread, in this order for each group: allocations, writes, synchronizations, the commit.
package protocol StoreDisk: Sendable {
    /// Gives a new file its size. Returns 0 or the number of an error.
    func allocate(_ file: Int32, size: Int) -> Int32

    /// Writes as `pwritev` does: how many bytes, or -1 and `errno`.
    func write(_ vectors: UnsafeBufferPointer<iovec>, to file: Int32, at offset: Int) -> Int

    /// Makes what was written to a file durable. Returns 0, or -1 and `errno`.
    func synchronize(_ file: Int32) -> Int32

    /// Ends the open transaction.
    func commit(_ database: Database) throws
}
