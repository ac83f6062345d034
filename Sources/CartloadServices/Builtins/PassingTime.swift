// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import CartloadProcess

/// What the services that only take time have in common: they pass so many milliseconds with each record, and give `value`
/// as it is.
enum PassingTime {
    /// How long one record may ask for; more is an error of it.
    private static let maximum = 86_400_000.0

    /// - Parameter pass: Lets a time pass, until a deadline at most.
    /// - Throws: ``WorkerLoss`` when the call takes longer than it may.
    static func outcome(of call: ServiceCall, _ pass: (Duration, Duration) throws -> Void) throws -> ServiceOutcome {
        let deadline = ChildProcess.now() + call.timeout
        var outputs = OutputRows(count: call.records.count)
        var times: [Double] = []
        let inputs = try InputColumns(["milliseconds", "value"], of: call.records)
        try inputs.forEach(0) { record, text in
            let start = outputs.bytes.count
            let began = ChildProcess.now()
            if let time = NumberText.double(text), (0...maximum).contains(time) {
                try pass(.microseconds(Int(time * 1000)), deadline)
                guard ChildProcess.now() < deadline else {
                    throw WorkerLoss(.hung, "the records take longer than \(call.timeout)", answered: record)
                }
                outputs.end(value: inputs.text(1, of: record))
            } else {
                outputs.fail(from: start, "milliseconds is no number from 0 to a day", path: "milliseconds")
            }
            times.append((ChildProcess.now() - began) / .milliseconds(1))
        }
        return outputs.finish(times: times)
    }
}
