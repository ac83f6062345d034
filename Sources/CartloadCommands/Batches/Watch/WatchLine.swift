// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCore

/// How a pipeline stands, how fast it goes and when it will be over.
struct WatchLine: Sendable {
    let reading: WatchReading
    let rate: ProgressRate

    /// Records a second; nil while nothing tells, and at the end.
    var speed: Int? {
        guard let speed = rate.perSecond, speed.records > 0, !reading.isOver else { return nil }
        return speed.records
    }

    /// Seconds to go for what was pushed so far.
    var remaining: Int? {
        let left = reading.status.recordsSubmitted - reading.status.recordsCompleted
        guard let speed, left > 0 else { return nil }
        return (left + speed - 1) / speed
    }

    /// `in_progress: 200 of 400 records, 1 failed, …, 1,200 records/s, ETA 0:02`
    var text: String {
        var line = reading.status.line
        if reading.failedRecords > 0 { line += ", \(Amount(reading.failedRecords)) failed" }
        if let speed { line += ", \(Amount(speed)) records/s" }
        if let remaining { line += ", ETA \(StopwatchTime(seconds: remaining))" }
        return line
    }

    /// The status of the server, with what it is of and what is made of it.
    var json: JSONValue {
        var object = JSONObject([("id", .string(reading.id)), ("service_uri", .string(reading.service))])
        for member in reading.status.json.objectValue?.members ?? [] { object[member.key] = member.value }
        object["records_failed"] = .int(reading.failedRecords)
        object["records_per_second"] = speed.map { .int($0) } ?? .null
        object["eta_seconds"] = remaining.map { .int($0) } ?? .null
        return .object(object)
    }
}
