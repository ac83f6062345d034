// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Writes the result of a chunk, whose slots mirror its input: rows below a row of names for rows, objects for objects.
struct ChunkResultWriter: ~Copyable {
    private let isRows: Bool
    /// The row of nulls, or null: what stands for a record that failed.
    private let failed: Bytes
    private let names: [String]?
    private var outputs: BytesBuilder
    private var warnings = BytesBuilder()
    private var errors = BytesBuilder()
    private var times = BytesBuilder()
    private var recordCount = 0

    /// - Parameter names: The outputs, in order; nil for objects that are passed on as they are.
    init(isRows: Bool, names: [String]?, capacity: Int) {
        self.isRows = isRows
        self.names = names
        outputs = BytesBuilder(capacity: capacity)
        if isRows {
            let nulls = Array(repeating: "null", count: names?.count ?? 0).joined(separator: ",")
            failed = Bytes("[\(nulls)]")
            outputs.append(JSONValue.array((names ?? []).map { .string($0) }).description)
        } else {
            failed = Bytes("null")
        }
    }

    /// Adds the results of records in order.
    ///
    /// - Parameters:
    ///   - outputs: An object for each record that has one.
    ///   - problems: In order of record; the others than `outputs` is for have an error here.
    ///   - times: Milliseconds for each record.
    mutating func add(_ count: Int, outputs rows: Rows, problems: [RecordProblem], times: [Double]) throws {
        let picked = try names.map { try rows.picking($0, asRows: isRows) } ?? rows
        var next = 0
        var problem = 0
        var sameTime: (Double, String)?
        for record in 0..<count {
            var errorList: [JSONValue] = []
            var warningList: [JSONValue] = []
            while problem < problems.count, problems[problem].record == record {
                switch problems[problem].severity {
                case .error: errorList.append(problems[problem].errorSlot)
                case .warning: warningList.append(problems[problem].warningSlot)
                }
                problem += 1
            }
            if recordCount > 0 || isRows { outputs.append(UInt8(ascii: ",")) }
            if errorList.isEmpty {
                let place = picked.places[next]
                picked.bytes.withUnsafeBytes {
                    outputs.append(UnsafeRawBufferPointer(rebasing: $0[Int(place.start)..<Int(place.end)]))
                }
                next += 1
            } else {
                outputs.append(failed)
            }
            if recordCount > 0 {
                warnings.append(UInt8(ascii: ","))
                errors.append(UInt8(ascii: ","))
                self.times.append(UInt8(ascii: ","))
            }
            ChunkResultWriter.slot(warningList, &warnings)
            ChunkResultWriter.slot(errorList, &errors)
            if sameTime?.0 != times[record] { sameTime = (times[record], times[record].milliseconds) }
            self.times.append(sameTime?.1 ?? "0")
            recordCount += 1
        }
    }

    private static func slot(_ list: [JSONValue], _ text: inout BytesBuilder) {
        if list.isEmpty { text.append("null") } else { text.append(JSONValue.array(list).description) }
    }

    /// The whole result.
    ///
    /// - Parameter returnsAllRecords: Whether outputs and times are wanted; warnings and errors are there in any case.
    consuming func finish(id: String, summary: JSONValue, returnsAllRecords: Bool) -> Bytes {
        var text = BytesBuilder(capacity: outputs.count + warnings.count + errors.count + times.count + 256)
        text.append(#"{"id":"#)
        text.append(JSONValue.string(id).description)
        text.append(#","summary_output":"#)
        text.append(summary.description)
        text.append(#","outputs":["#)
        if returnsAllRecords { outputs.withUnsafeBytes { text.append($0) } }
        text.append(#"],"warnings":["#)
        warnings.withUnsafeBytes { text.append($0) }
        text.append(#"],"errors":["#)
        errors.withUnsafeBytes { text.append($0) }
        text.append(#"],"process_time":["#)
        if returnsAllRecords { times.withUnsafeBytes { text.append($0) } }
        text.append("]}")
        return text.finish()
    }
}

extension RecordProblem {
    /// The slot of a warning, as the vendor's version 3 API writes it.
    fileprivate var warningSlot: JSONValue {
        .object(JSONObject([("source_path", path.map { .string($0) } ?? .null), ("message", .string(message))]))
    }

    fileprivate var errorSlot: JSONValue {
        .object(
            JSONObject([
                ("source_path", path.map { .string($0) } ?? .null), ("message", .string(message)),
                ("error_category", .string(category ?? "service_error")),
                ("error_type", type.map { .string($0) } ?? .null), ("additional_details", details ?? .null),
            ]))
    }
}

extension Double {
    /// To the microsecond, without a fraction where there is none.
    fileprivate var milliseconds: String {
        let thousandths = Int((self * 1000).rounded())
        if thousandths % 1000 == 0 { return String(thousandths / 1000) }
        return "\(Double(thousandths) / 1000)"
    }
}
