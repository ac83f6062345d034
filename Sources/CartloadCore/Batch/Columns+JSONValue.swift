// SPDX-License-Identifier: Apache-2.0

extension Columns {
    /// One record as a JSON value; for rejects and tests, never for whole batches.
    package func record(_ row: Int) -> JSONObject {
        JSONObject(zip(schema.fields, columns).map { ($0.name, $1.jsonValue(row)) })
    }
}
