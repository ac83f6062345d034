// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension SQLiteSource {
    /// How the values of a cursor are divided into windows, each of which is a batch.
    public struct Window: Sendable, Hashable {
        /// The size of the windows.
        public enum Size: Sendable, Hashable {
            /// Windows of time, for text in ISO form and UTC such as `2024-03-05T06:00:00Z` or `2024-03-05 06:00:00`.
            case time(TimeStep)
            /// Windows of so many whole numbers.
            case integers(Int64)
        }

        public var size: Size
        /// Whose days, weeks, months and years windows are.
        public var zone: TimeZoneRules
        /// How far back every run looks again, for rows that came late or changed.
        public var lookback: Duration
        /// How long before now the last window has ended, for rows that are not there at once.
        public var lag: Duration

        public init(
            _ size: Size, zone: TimeZoneRules = .utc, lookback: Duration = .zero, lag: Duration = .zero
        ) {
            self.size = size
            self.zone = zone
            self.lookback = lookback
            self.lag = lag
        }
    }
}

/// The column that a windowed stream is read by.
struct CursorWindow: Sendable {
    let column: String
    /// A name for the rowid; nil where there is none.
    let rowid: String?
    let window: SQLiteSource.Window

    var isTime: Bool { if case .time = window.size { true } else { false } }
}
