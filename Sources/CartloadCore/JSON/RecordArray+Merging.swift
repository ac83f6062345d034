// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension RecordArray {
    /// How many bytes a range of records may need as merged objects, at most.
    private func mergedBound(
        _ range: Range<Int>, _ columns: borrowing MemberNames, _ inputs: [RecordInput], _ keys: Int
    )
        -> Int
    {
        guard !range.isEmpty else { return 0 }
        let text = Int(places[range.upperBound - 1].end - places[range.lowerBound].start)
        let common = inputs.reduce(0) { $0 + ($1.value?.count ?? 0) + 3 } + keys
        return text + range.count * (columns.keyBytes + columns.names.count * 3 + common + 4)
    }

    /// Some records as objects, one a line, with the values of the inputs that they lack.
    ///
    /// - Parameters:
    ///   - start: The first record.
    ///   - limit: About how many bytes the objects may have together (I7); there is always at least one.
    ///   - inputs: What records may have.
    ///   - isOpen: Whether they may have other members too.
    /// - Returns: The objects, and what of them does not fit, in order of record; these are objects all the same.
    public func merged(
        from start: Int, atMost limit: Int, with inputs: [RecordInput], isOpen: Bool
    ) throws -> (rows: Rows, misfits: [RecordMisfit]) {
        let columns = MemberNames(names ?? [])
        let names = MemberNames(inputs.map(\.name))
        var end = min(count, start + 1)
        // The bound grows with the records; a few more bytes in one of them do not matter.
        if end < count {
            let one = mergedBound(start..<end, columns, inputs, names.keyBytes)
            let fixed = one - Int(places[start].end - places[start].start)
            while end < count,
                Int(places[end].end - places[start].start) + (end + 1 - start) * fixed <= limit
            { end += 1 }
        }
        let range = start..<end
        var output = BytesBuilder(capacity: mergedBound(range, columns, inputs, names.keyBytes))
        var misfits: [RecordMisfit] = []
        let merged = try Buffer<RowPlace>(count: range.count) { merged in
            try JSONScanner.borrow { scanner in
                var written = 0
                var faults: UnsafePointer<cl_json_fault>?
                var faultCount = 0
                let values = inputs.map { $0.value ?? Bytes() }
                let wanted = inputs.indices.map { index in
                    cl_json_input(
                        name: names.names[index],
                        value: values[index].baseAddress.assumingMemoryBound(to: UInt8.self),
                        value_length: values[index].count,
                        types: inputs[index].types.isEmpty
                            ? CL_JSON_TYPE_ANY.rawValue : inputs[index].types.reduce(0) { $0 | $1.bit },
                        is_required: inputs[index].isRequired ? 1 : 0)
                }
                let code = text.withUnsafeBytes { text in
                    cl_json_merge_records(
                        scanner, text.bytes, places.cPlaces + start, range.count,
                        self.names == nil ? nil : UnsafePointer(columns.names.baseAddress), columns.names.count, wanted,
                        wanted.count, isOpen ? 1 : 0, output.end,
                        UnsafeMutableRawPointer(merged).assumingMemoryBound(to: cl_json_place.self), &written, &faults,
                        &faultCount)
                }
                withExtendedLifetime(values) {}
                try JSONScanner.check(code, at: Location())
                output.advance(written)
                for fault in UnsafeBufferPointer(start: faults, count: faultCount) {
                    misfits.append(misfit(fault, inputs))
                }
            }
        }
        return (Rows(bytes: output.finish(), places: merged, isLineFed: true), misfits)
    }

    private var names: [String]? { if case .rows(let names) = form { names } else { nil } }

    private func misfit(_ fault: cl_json_fault, _ inputs: [RecordInput]) -> RecordMisfit {
        let record = Int(fault.number)
        if fault.column < 0 {
            let quoted = text[Int(fault.line.start)..<Int(fault.line.end)]
            let name = (try? JSONValue(parsing: quoted))?.stringValue ?? quoted.text
            return RecordMisfit(record: record, kind: .unknown, name: name)
        }
        let isMissing = fault.code == Int32(CL_JSON_EXPECTED_KEY.rawValue)
        return RecordMisfit(
            record: record, kind: isMissing ? .missing : .wrongType, name: inputs[Int(fault.column)].name)
    }
}

extension Buffer<RowPlace> {
    var cPlaces: UnsafePointer<cl_json_place> {
        UnsafeRawPointer(pointer).assumingMemoryBound(to: cl_json_place.self)
    }
}
