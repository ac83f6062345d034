// SPDX-License-Identifier: Apache-2.0

package import CartloadCore

extension Schema {
    /// The schema of records, with objects and lists told from other JSON.
    package static func inferred(announcing batch: RecordBatch) throws -> Schema {
        var ignored = Diagnostics()
        let columns = try batch.columns(.all, &ignored).columns
        return Schema(
            zip(columns.schema.fields, columns.columns).map { field, column in
                guard field.type == .json, case .text(let text) = column.values else {
                    return Field(field.name, field.type)
                }
                func all(_ open: Character) -> Bool {
                    (0..<column.count).allSatisfy { row in
                        column.isNull(row) || text.value(row).first { $0 > 0x20 } == open.asciiValue
                    }
                }
                if all("{") { return Field(field.name, .object(Schema([], isOpen: true))) }
                return Field(field.name, all("[") ? .array(.json) : .json)
            })
    }
}
