// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A type as `CAST` and the `cast` processor name it.
struct TypeName: Sendable, Hashable {
    var type: ValueType
    /// The bits of a whole number that is narrower than 64.
    var integerBits: Int?

    /// The type of a name and its parameters, or nil.
    init?(_ name: String, parameters: [Int] = []) {
        let type: ValueType
        var bits: Int?
        switch name.uppercased() {
        case "BOOLEAN", "BOOL", "LOGICAL": type = .boolean
        case "INTEGER", "INT", "BIGINT", "INT8", "LONG": type = .integer
        case "INT4", "SIGNED":
            type = .integer
            bits = 32
        case "SMALLINT", "INT2", "SHORT":
            type = .integer
            bits = 16
        case "TINYINT", "INT1":
            type = .integer
            bits = 8
        case "DOUBLE", "NUMBER", "FLOAT8", "FLOAT", "REAL", "FLOAT4": type = .number
        case "DECIMAL", "NUMERIC", "DEC":
            guard parameters.count <= 2 else { return nil }
            let precision = parameters.first ?? 18
            let scale = parameters.count == 2 ? parameters[1] : (parameters.isEmpty ? 3 : 0)
            guard precision >= 1, precision <= 1000, scale >= 0, scale <= precision else { return nil }
            type = .decimal(precision: precision, scale: scale)
        case "VARCHAR", "TEXT", "STRING", "CHAR", "BPCHAR": type = .text
        case "DATE": type = .date
        case "TIMESTAMP", "DATETIME": type = .timestamp(zoned: false)
        case "TIMESTAMPTZ": type = .timestamp(zoned: true)
        default: return nil
        }
        if type != .text, parameters.count > 0 {
            guard case .decimal = type else { return nil }
        }
        self.type = type
        integerBits = bits
    }

    static let names = [
        "BOOLEAN", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "DOUBLE", "DECIMAL", "VARCHAR", "TEXT", "STRING", "DATE",
        "TIMESTAMP", "TIMESTAMPTZ", "NUMBER",
    ]
}
