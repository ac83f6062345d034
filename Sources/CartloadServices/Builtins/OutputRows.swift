// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// The outputs of a builtin service under construction.
struct OutputRows: ~Copyable {
    var bytes: BytesBuilder
    private var places: [RowPlace] = []
    private var problems: [RecordProblem] = []

    init(count: Int) {
        bytes = BytesBuilder(capacity: count * 32)
        places.reserveCapacity(count)
    }

    /// Ends the output of a record, which began at an offset.
    mutating func end(from start: Int) {
        places.append(RowPlace(start: UInt32(start), end: UInt32(bytes.count)))
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Writes the output of a record that is a value as it came, or null where there is none.
    mutating func end(value: UnsafeRawBufferPointer) {
        let start = bytes.count
        bytes.append(#"{"value":"# as StaticString)
        if value.isEmpty { bytes.append("null" as StaticString) } else { bytes.append(value) }
        bytes.append(UInt8(ascii: "}"))
        end(from: start)
    }

    /// Takes back what was written since an offset; the record gets an error.
    mutating func fail(from start: Int, _ message: String, path: String, category: String = "invalid_input") {
        bytes.truncate(to: start)
        problems.append(RecordProblem(record: places.count, message: message, path: path, category: category))
        places.append(RowPlace(start: UInt32(start), end: UInt32(start)))
    }

    consuming func finish(times: [Double]? = nil) -> ServiceOutcome {
        let (places, problems) = (places, problems)
        return ServiceOutcome(
            outputs: Rows(bytes: bytes.finish(), places: Buffer(places), isLineFed: problems.isEmpty),
            problems: problems, times: times)
    }
}
