// SPDX-License-Identifier: Apache-2.0

// STAND-IN: to be deleted when Core's own `Rows.scan` and `RecordBatch.writeJSONLines` are there. It checks nothing.

internal import CartloadCore

extension Rows {
    static func scan(
        _ bytes: Bytes, origin: Location, isFirst: Bool, _ diagnostics: inout Diagnostics
    ) throws -> Rows {
        var places: [RowPlace] = []
        bytes.withUnsafeBytes { buffer in
            var start = 0
            func add(_ end: Int) {
                var from = start
                var to = end
                while from < to, buffer[from] <= 32 { from += 1 }
                while from < to, buffer[to - 1] <= 32 { to -= 1 }
                if from < to { places.append(RowPlace(start: UInt32(from), end: UInt32(to))) }
            }
            for index in buffer.indices where buffer[index] == 10 {
                add(index)
                start = index + 1
            }
            add(buffer.count)
        }
        return Rows(bytes: bytes, places: Buffer(places), isLineFed: false)
    }
}

extension RecordBatch {
    func writeJSONLines(into bytes: inout BytesBuilder, recordEnds: inout [Int32]) throws {
        guard case .rows(let rows) = body else { preconditionFailure("the stand-in writes rows only") }
        func add(_ row: Int) {
            bytes.append(rows[row])
            bytes.append(UInt8(ascii: "\n"))
            recordEnds.append(Int32(bytes.count))
        }
        for row in 0..<(count ?? 0) { add(selection?[row] ?? row) }
    }
}
