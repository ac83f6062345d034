// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Rejects records that do not satisfy a JSON Schema.
public struct ValidateProcessor: Processor {
    private let validator: RecordValidator

    /// - Throws: `CartloadError` with code `schema.invalid`.
    public init(jsonSchema: JSONValue) throws {
        validator = try RecordValidator(jsonSchema: jsonSchema)
    }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        try batch.validated(by: validator, &diagnostics)
    }
}
