// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension Rows {
    /// Extracts fields into columns, in one pass over the selected records.
    package func columns(
        _ projection: Projection, selection: Selection?, origin: Location, _ diagnostics: inout Diagnostics
    ) throws -> ProjectedColumns {
        let count = selection?.count ?? self.count
        return try JSONScanner.borrow { scanner in
            var table = cl_json_table()
            let code = extract(scanner, projection, selection, count, &table)
            defer { cl_json_table_release(&table) }
            try JSONScanner.check(code, at: origin)
            return projected(&table, projection, selection, count: count, origin: origin, &diagnostics)
        }
    }

    /// Takes over what the scanner extracted and leaves out the records that do not fit.
    func projected(
        _ table: inout cl_json_table, _ projection: Projection, _ selection: Selection?, count: Int, origin: Location,
        _ diagnostics: inout Diagnostics
    ) -> ProjectedColumns {
        diagnostics.warn(.loneSurrogate, count: table.lone_surrogates)
        diagnostics.warn(.notFinite, count: table.not_finite)
        var fields: [Field] = []
        var columns: [Column] = []
        for index in 0..<table.column_count {
            let type: FieldType
            let name: String
            let kind = table.columns[index].kind
            if let item = projection.items?[index] {
                name = item.name
                type = item.form.type ?? Rows.type(ofKind: kind)
            } else {
                name = String(
                    decoding: UnsafeBufferPointer(
                        start: table.columns[index].name, count: table.columns[index].name_length), as: UTF8.self)
                type = Rows.type(ofKind: kind)
            }
            fields.append(Field(name, type))
            columns.append(Column(taking: &table.columns[index], type: type, count: count))
        }
        let all = Columns(projected: fields, columns, count: count)
        guard table.fault_count > 0 else { return ProjectedColumns(columns: all) }
        let faults = UnsafeBufferPointer(start: table.faults, count: table.fault_count)
        let kept = reject(faults, all.schema, selection, count: count, origin: origin, &diagnostics)
        return ProjectedColumns(columns: all.selecting(kept), kept: kept)
    }

    private func extract(
        _ scanner: OpaquePointer, _ projection: Projection, _ selection: Selection?, _ count: Int,
        _ table: inout cl_json_table
    ) -> Int32 {
        bytes.withUnsafeBytes { block in
            let text = block.baseAddress?.assumingMemoryBound(to: UInt8.self)
            let places = UnsafeRawPointer(places.pointer).assumingMemoryBound(to: cl_json_place.self)
            return ProjectionItems.withItems(projection) { items, itemCount in
                switch selection {
                case nil:
                    cl_json_extract(scanner, text, block.count, places, nil, count, items, itemCount, &table)
                case .range(let range)?:
                    cl_json_extract(
                        scanner, text, block.count, places + range.lowerBound, nil, count, items, itemCount, &table)
                case .rows(let rows)?:
                    rows.withUnsafeBufferPointer {
                        cl_json_extract(
                            scanner, text, block.count, places, $0.baseAddress, count, items, itemCount, &table)
                    }
                }
            }
        }
    }

    private func reject(
        _ faults: UnsafeBufferPointer<cl_json_fault>, _ schema: Schema, _ selection: Selection?, count: Int,
        origin: Location, _ diagnostics: inout Diagnostics
    ) -> Selection {
        var isRejected = [Bool](repeating: false, count: count)
        var lines = LineCounter()
        // Columns that were filled twice report out of order; the first finding of a record counts.
        for fault in faults.sorted(by: { $0.number < $1.number }) where !isRejected[Int(fault.number)] {
            let position = Int(fault.number)
            isRejected[position] = true
            let row = selection?[position] ?? position
            let explanation = JSONScanner.explain(fault.code)
            var location = self.location(ofRow: row, byte: Int(fault.offset), origin: origin, &lines)
            var message = explanation.message
            if fault.column >= 0 {
                let field = schema.fields[Int(fault.column)]
                location.field = field.name
                message = "the value does not fit the type \(field.type)"
            }
            diagnostics.reject(Diagnostic(explanation.code, message, at: location, record: excerpt(ofRow: row)))
        }
        return .rows((0..<count).lazy.filter { !isRejected[$0] }.map { Int32($0) })
    }

    /// Where a record is in the input, as far as the arena is what was read.
    package func location(ofRow row: Int, byte: Int? = nil, origin: Location) -> Location {
        var lines = LineCounter()
        return location(ofRow: row, byte: byte, origin: origin, &lines)
    }

    /// The same for one record after another.
    package func location(
        ofRow row: Int, byte: Int? = nil, origin: Location, _ lines: inout LineCounter
    ) -> Location {
        var location = origin
        let start = Int(places[row].start)
        if let first = origin.byte { location.byte = first + (byte ?? start) }
        if let first = origin.line { location.line = first + lines.lines(before: start, of: bytes) }
        // With other lines between the records, blank or rejected ones, only the line is known.
        if let first = origin.record { location.record = isLineFed || origin.line == nil ? first + row : nil }
        return location
    }

    /// The first part of a record's text, for diagnostics.
    package func excerpt(ofRow row: Int) -> Bytes {
        let place = places[row]
        let start = Int(place.start)
        return Bytes(copying: bytes, start..<min(Int(place.end), start + Diagnostic.recordLimit))
    }

    private static func type(ofKind kind: Int32) -> FieldType {
        switch cl_json_kind(UInt32(bitPattern: kind)) {
        case CL_JSON_KIND_BOOLEAN: .boolean
        case CL_JSON_KIND_INTEGER, CL_JSON_KIND_DIGITS: .integer
        case CL_JSON_KIND_NUMBER: .number
        case CL_JSON_KIND_DECIMAL: .decimal()
        case CL_JSON_KIND_STRING: .string
        case CL_JSON_KIND_JSON: .json
        default: .null
        }
    }
}

extension Projection.Item.Form {
    /// The type that a column of this form has for sure.
    var type: FieldType? {
        switch self {
        case .typed(.null), .inferred: nil
        case .typed(let type): type
        case .raw: .json
        }
    }
}

extension Columns {
    /// Columns in the order of a projection, in which a name may occur twice; the later one then has a schema entry too.
    init(projected fields: [Field], _ columns: [Column], count: Int) {
        let schema = Schema(fields)
        guard schema.fields.count != fields.count else {
            self.init(schema: schema, columns: columns, count: count)
            return
        }
        var unique: [Column?] = Array(repeating: nil, count: schema.fields.count)
        for (field, column) in zip(fields, columns) {
            if let position = schema.index(of: field.name) { unique[position] = column }
        }
        self.init(schema: schema, columns: unique.compactMap { $0 }, count: count)
    }
}

extension Column {
    /// Takes the memory of a column that the scanner filled.
    init(taking column: inout cl_json_column, type: FieldType, count: Int) {
        func take(_ memory: inout UnsafeMutableRawPointer?, capacity: Int, count: Int) -> Bytes {
            guard let base = memory else { return Bytes() }
            memory = nil
            return Bytes(storage: ByteStorage(adopting: base, capacity: capacity), start: 0, count: count)
        }
        let bitBytes = (count + 7) / 8
        let values: Values
        let kind = cl_json_kind(UInt32(bitPattern: column.kind))
        switch kind {
        case CL_JSON_KIND_NULL:
            self = .nulls(type, count: count)
            return
        case CL_JSON_KIND_BOOLEAN:
            let bits = take(&column.values, capacity: column.values_capacity, count: bitBytes)
            values = .boolean(Bitmap(bytes: bits, count: count))
        case CL_JSON_KIND_INTEGER:
            values = .int64(Buffer(bytes: take(&column.values, capacity: column.values_capacity, count: count * 8)))
        case CL_JSON_KIND_NUMBER:
            values = .float64(Buffer(bytes: take(&column.values, capacity: column.values_capacity, count: count * 8)))
        default:
            let offsets = take(&column.values, capacity: column.values_capacity, count: (count + 1) * 4)
            let text = take(&column.text, capacity: column.text_capacity, count: column.text_count)
            values = .text(TextBuffer(offsets: Buffer(bytes: offsets), bytes: text))
        }
        let validity = take(&column.validity, capacity: column.validity_capacity, count: bitBytes)
        self.init(
            type: type, values: values, validity: validity.isEmpty ? nil : Bitmap(bytes: validity, count: count),
            count: count)
    }
}
