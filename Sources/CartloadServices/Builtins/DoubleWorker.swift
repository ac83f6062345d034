// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// Gives `value` twice as large.
final class DoubleWorker: ServiceWorker {
    func run(_ call: ServiceCall) throws -> ServiceOutcome {
        var outputs = OutputRows(count: call.records.count)
        try InputColumns(["value"], of: call.records).forEach(0) { _, value in
            let start = outputs.bytes.count
            outputs.bytes.append(#"{"value":"# as StaticString)
            if NumberText.append(value, plus: value, to: &outputs.bytes) {
                outputs.bytes.append(UInt8(ascii: "}"))
                outputs.end(from: start)
            } else {
                outputs.fail(from: start, "value is no number, or twice as much is too large", path: "value")
            }
        }
        return outputs.finish()
    }
}
