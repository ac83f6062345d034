// SPDX-License-Identifier: Apache-2.0
// A Singer tap: swift run OwnTap --config tap.json

import CartloadCommands
import CartloadCore

/// A record is what this encodes as.
struct Reading: Encodable {
    var station: String
    var hour: String
    var celsius: Double
}

/// Stands in for some service: a reading an hour, from the first of March on.
func readings(of station: String, days: Int) -> [Reading] {
    (0..<days * 24).map { hour in
        let day = hour / 24 + 1
        let time = "2024-03-\(day < 10 ? "0" : "")\(day)T\(hour % 24 < 10 ? "0" : "")\(hour % 24):00:00Z"
        return Reading(station: station, hour: time, celsius: Double((hour * 7 + station.count) % 40) / 2)
    }
}

let weather = Connector(
    "weather", "Temperatures of weather stations.",
    source: Connector.Role(
        settings: [
            Setting("stations", .strings, "The stations to ask.", isRequired: true),
            Setting("days", .integer, "So many days are asked for.", default: 3),
        ]
    ) { settings in
        let stations = settings.strings("stations") ?? []
        let days = min(settings.integer("days") ?? 3, 31)
        let fields = [
            Field("station", .string), Field("hour", .timestamp(zoned: true)), Field("celsius", .number),
        ]
        return StreamList([
            ValueStream(
                "readings", of: Reading.self, keys: ["station", "hour"], orderedBy: "hour", schema: Schema(fields)
            ) { start, send in
                let all = stations.flatMap { readings(of: $0, days: days) }
                for reading in all.sorted(by: { $0.hour < $1.hour }) where reading.hour >= start?.stringValue ?? "" {
                    try await send(reading)
                }
            }
        ])
    })

await SingerProgram(tap: weather, version: "1.0.0").main()
