// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension ByteStorage {
    static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer {
        guard let memory = malloc(capacity + Bytes.padding) else {
            fatalError("out of memory: \(capacity) bytes")  // as every Swift allocation ends
        }
        return memory
    }

    static func reallocate(_ memory: UnsafeMutableRawPointer, _ capacity: Int) -> UnsafeMutableRawPointer {
        guard let memory = realloc(memory, capacity + Bytes.padding) else {
            fatalError("out of memory: \(capacity) bytes")  // as every Swift allocation ends
        }
        return memory
    }

    static func release(_ memory: UnsafeMutableRawPointer) { free(memory) }
}
