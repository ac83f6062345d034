// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Link {
    /// About how many bytes of input a block has, by what becomes of it.
    ///
    /// Blocks divided by a key want to be large: each of their parts costs some microseconds however few records it has.
    /// Rows that are inserted one by one cost the same out of small blocks, which take less memory.
    public var blockSize: Int {
        if outlets.contains(where: { !$0.batchers.isEmpty }) { return 896 << 10 }
        if outlets.allSatisfy({ $0.destination is any TransactionalDestination }) { return 256 << 10 }
        return 512 << 10
    }
}
