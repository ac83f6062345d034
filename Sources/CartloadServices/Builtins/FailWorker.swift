// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// Gives `value` as it is, and fails for records whose `fail` is true or whose `value` is above `threshold`.
final class FailWorker: ServiceWorker {
    func run(_ call: ServiceCall) throws -> ServiceOutcome {
        var outputs = OutputRows(count: call.records.count)
        let inputs = try InputColumns(["value", "fail", "threshold"], of: call.records)
        inputs.forEach(0) { record, value in
            let start = outputs.bytes.count
            if inputs.text(1, of: record).elementsEqual("true".utf8) {
                return outputs.fail(from: start, "fail is true", path: "fail", category: "service_error")
            }
            if let number = NumberText.double(value),
                let threshold = NumberText.double(inputs.text(2, of: record)), number > threshold
            {
                return outputs.fail(
                    from: start, "value is above the threshold", path: "value", category: "service_error")
            }
            outputs.end(value: value)
        }
        return outputs.finish()
    }
}
