// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension Schema {
    /// The schema of a block's records: every top-level field with the narrowest type that holds its values.
    ///
    /// Schemas of several blocks are put together with ``widened(with:)``. Fields are nullable, because a later record may
    /// lack them.
    ///
    /// - Parameter detectsMoments: Whether texts that all look like a timestamp, a date or a time get that type.
    public static func inferred(
        from batch: RecordBatch, detectsMoments: Bool = false, _ diagnostics: inout Diagnostics
    ) throws -> Schema {
        let columns = try batch.columns(.all, &diagnostics).columns
        let fields = zip(columns.schema.fields, columns.columns).map { field, column in
            Field(field.name, detectsMoments ? column.momentType ?? field.type : field.type)
        }
        return Schema(fields)
    }
}

extension Column {
    /// The type of moment that every value of a string column looks like.
    var momentType: FieldType? {
        guard type == .string, case .text(let text) = values, nullCount < count else { return nil }
        func all(_ form: cl_json_form, _ more: (UnsafeRawBufferPointer) -> Bool) -> Bool {
            (0..<count).allSatisfy { row in
                let value = text.value(row)
                return isNull(row)
                    || (cl_json_has_form(value.bytes, value.count, Int32(form.rawValue)) != 0 && more(value))
            }
        }
        if all(CL_JSON_FORM_DATE, { _ in true }) { return .date }
        if all(CL_JSON_FORM_TIMESTAMP, { $0.count >= 16 }) {
            return .timestamp(zoned: all(CL_JSON_FORM_TIMESTAMP, { $0.hasZone }))
        }
        if all(CL_JSON_FORM_TIME, { $0.count >= 8 }) { return .time }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// Whether a timestamp of good form ends in an offset or `Z`.
    fileprivate var hasZone: Bool {
        dropFirst(16).contains { $0 == UInt8(ascii: "Z") || $0 == UInt8(ascii: "z") || $0 == 0x2b || $0 == 0x2d }
    }
}
