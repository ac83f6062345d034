// SPDX-License-Identifier: Apache-2.0

extension RecordBatch {
    /// The same batch with its records checked and counted: rows or columns, never sealed.
    public func opened(_ diagnostics: inout Diagnostics) throws -> RecordBatch {
        guard case .sealed(let sealed) = body else { return self }
        precondition(selection == nil, "a sealed batch has no selection")
        let body = try sealed.decoder.decode(sealed, at: origin, &diagnostics)
        return RecordBatch(body, key: key, origin: origin)
    }
}
