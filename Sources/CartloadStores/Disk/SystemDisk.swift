// SPDX-License-Identifier: Apache-2.0

package import Glibc
package import SQLiteDatabase

/// The disk as it is.
package struct SystemDisk: StoreDisk {
    package init() {}

    package func allocate(_ file: Int32, size: Int) -> Int32 { posix_fallocate(file, 0, size) }

    package func write(_ vectors: UnsafeBufferPointer<iovec>, to file: Int32, at offset: Int) -> Int {
        pwritev(file, vectors.baseAddress, Int32(clamping: vectors.count), offset)
    }

    package func synchronize(_ file: Int32) -> Int32 { fdatasync(file) }

    package func commit(_ database: Database) throws { try database.execute("COMMIT") }
}
