// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson
internal import Synchronization

/// The working memory of the JSON scanner; callers borrow one for the time of a call, so that a steady state allocates
/// none.
final class JSONScanner: @unchecked Sendable {  // used by one borrower at a time
    private let handle: OpaquePointer

    private init() {
        guard let handle = cl_json_scanner_create() else {
            fatalError("out of memory: a JSON scanner")  // as every Swift allocation ends
        }
        self.handle = handle
    }

    deinit { cl_json_scanner_destroy(handle) }

    /// Scanners that nobody uses now; as many as there were ever callers at the same time, with a bound (I7).
    private static let idle = Mutex<[JSONScanner]>([])
    private static let idleLimit = 64

    /// Lends a scanner; results in its memory hold until `body` returns.
    static func borrow<Result>(_ body: (OpaquePointer) throws -> Result) rethrows -> Result {
        let scanner = idle.withLock { $0.popLast() } ?? JSONScanner()
        defer {
            idle.withLock { if $0.count < idleLimit { $0.append(scanner) } }
        }
        return try body(scanner.handle)
    }
}
