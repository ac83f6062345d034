// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// Gives `total`, the sum of `value` and `common`.
final class AddWorker: ServiceWorker {
    func run(_ call: ServiceCall) throws -> ServiceOutcome {
        var outputs = OutputRows(count: call.records.count)
        let inputs = try InputColumns(["value", "common"], of: call.records)
        inputs.forEach(0) { record, value in
            let start = outputs.bytes.count
            outputs.bytes.append(#"{"total":"# as StaticString)
            if NumberText.append(value, plus: inputs.text(1, of: record), to: &outputs.bytes) {
                outputs.bytes.append(UInt8(ascii: "}"))
                outputs.end(from: start)
            } else {
                outputs.fail(
                    from: start, "value and common are not both numbers, or their sum is too large", path: "value")
            }
        }
        return outputs.finish()
    }
}
