// SPDX-License-Identifier: Apache-2.0

/// A time span as on a stopwatch: `0:07`, `12:30`, `1:02:03`.
struct StopwatchTime: CustomStringConvertible {
    let seconds: Int

    var description: String {
        let rest = StopwatchTime.padded(seconds % 60)
        let minutes = seconds / 60 % 60
        return seconds < 3600 ? "\(minutes):\(rest)" : "\(seconds / 3600):\(StopwatchTime.padded(minutes)):\(rest)"
    }

    private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
