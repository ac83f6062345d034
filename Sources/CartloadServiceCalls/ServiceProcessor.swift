// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
public import CartloadCore
internal import CartloadFlow

/// Sends records through a service of the Batches API, in this process or on a server, and joins what it gives to them.
///
/// Outputs become fields of their record, in place of fields of the same name. A record that fails is rejected with what the
/// service says.
public struct ServiceProcessor: Processor {
    let calls: any ServiceCalling
    let chunkSize: Int
    /// The field that gets all outputs as one object; nil for a field each.
    let target: String?

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        let opened = try batch.opened(&diagnostics)
        let rows = try opened.rows(&diagnostics)
        var parts: [Rows] = []
        var start = 0
        while start < rows.count {
            let end = min(rows.count, start + chunkSize)
            let part = Rows(
                bytes: rows.bytes, places: Buffer((start..<end).map { rows.places[$0] }), isLineFed: false)
            let called = try calls.call(part)
            for problem in called.problems {
                switch problem.severity {
                case .warning: diagnostics.warn(.serviceWarning)
                case .error:
                    let place = problem.path.map { "\($0): " } ?? ""
                    diagnostics.reject(
                        opened.rejection(of: start + problem.record, .serviceRejected, place + problem.message))
                }
            }
            parts.append(try joined(part, called))
            start = end
        }
        return RecordBatch(.rows(Rows(joining: parts)), key: batch.key, origin: batch.origin)
    }

    private func joined(_ rows: Rows, _ called: CalledRecords) throws -> Rows {
        var outputs = called.outputs
        var names = [target ?? ""]
        if let target {
            let key = JSONValue.string(target).description
            outputs = Rows((0..<outputs.count).map { "{\(key):\(outputs[$0].text)}" })
        } else {
            names = try outputs.memberNames(atMost: RecordArray.maximumColumns)
        }
        return try rows.adding(outputs, names: names, to: called.succeeded.enumerated().map { ($1, $0) })
    }

    /// Nobody knows what a service gives.
    public func schema(from input: Schema) throws -> Schema { Schema(isOpen: true) }
}

extension Rows {
    /// The records of several, one after the other.
    fileprivate init(joining parts: [Rows]) {
        if parts.count == 1 {
            self = parts[0]
            return
        }
        var bytes = BytesBuilder(capacity: parts.reduce(0) { $0 + $1.bytes.count })
        var places: [RowPlace] = []
        for part in parts {
            for row in 0..<part.count {
                let start = UInt32(bytes.count)
                bytes.append(part[row])
                places.append(RowPlace(start: start, end: UInt32(bytes.count)))
                bytes.append(UInt8(ascii: "\n"))
            }
        }
        self.init(bytes: bytes.finish(), places: Buffer(places), isLineFed: true)
    }
}
