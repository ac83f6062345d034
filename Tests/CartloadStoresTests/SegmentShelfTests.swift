// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import CartloadStores

@Suite struct SegmentShelfTests {
    @Test func moreSegmentsThanStayOpenAreFoundUntilTheyAreRemoved() throws {
        let folder = try TemporaryFolder()
        let shelf = SegmentShelf(folder: folder.path, openFiles: 2)
        for number in 1...9 { try shelf.make(number, size: number * 100, disk: SystemDisk(), isDurable: false) }
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            return target?.hasPrefix(folder.path) == true
        }
        #expect(open.count == 2)
        #expect(try shelf.stored() == Array(1...9))
        for number in 1...9 { #expect(try shelf.segment(number)?.size == number * 100) }
        shelf.remove(5)
        #expect(try shelf.segment(5)?.size == nil)
        #expect(try shelf.segment(6)?.size == 600)
        #expect(try shelf.stored() == [1, 2, 3, 4, 6, 7, 8, 9])
    }
}
