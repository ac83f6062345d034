// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// How a stream is cut into windows of time.
public struct WindowDefinition: Sendable, Hashable {
    public var start: Template
    /// Where time ends; now when there is none.
    public var end: Template?
    public var step: TimeStep
    /// A name such as `Europe/Berlin`.
    public var zone: String
    public var lookback: Duration
    public var lag: Duration
    public var last: TimeWindows.Last
    /// How precise the API's times are: `batch.last` lies so much before the window's end.
    public var precision: Duration
    /// The field of a record whose time must be in the window; nil does not look.
    public var field: [String]?
    public var form: TimeForm
    /// Whether records outside their window are left out, or only counted.
    public var dropsOutside: Bool

    public init(
        start: Template, end: Template? = nil, step: TimeStep, zone: String = "UTC", lookback: Duration = .zero,
        lag: Duration = .zero, last: TimeWindows.Last = .whole, precision: Duration = .microseconds(1),
        field: [String]? = nil, form: TimeForm = .iso, dropsOutside: Bool = false
    ) {
        self.start = start
        self.end = end
        self.step = step
        self.zone = zone
        self.lookback = lookback
        self.lag = lag
        self.last = last
        self.precision = precision
        self.field = field
        self.form = form
        self.dropsOutside = dropsOutside
    }

    func windows(of stream: String, in scope: TemplateScope) throws -> TimeWindows {
        try TimeWindows(
            stream: stream, from: try instant(start, "start", stream, scope) ?? .earliest,
            to: try end.flatMap { try instant($0, "end", stream, scope) }, step: step, zone: try TimeZoneRules(zone),
            lookback: lookback, lag: lag, last: last)
    }

    private func instant(
        _ template: Template, _ name: String, _ stream: String, _ scope: TemplateScope
    ) throws -> Instant? {
        guard let text = try template.text(in: scope) else { return nil }
        guard let instant = Instant(text) else {
            throw CartloadError(
                .apiDefinition, "the \(name) of \"\(stream)\", \"\(text.prefix(40))\", is no time",
                advice: "Write a time such as 2024-01-01 or 2024-01-01T06:00:00Z.")
        }
        return instant
    }
}

/// How a stream is cut into ranges of whole numbers.
public struct RangeDefinition: Sendable, Hashable {
    public var from: Template
    /// The first number that does not belong to it.
    public var to: Template
    public var step: Int

    public init(from: Template, to: Template, step: Int) {
        self.from = from
        self.to = to
        self.step = step
    }

    func slices(of stream: String, in scope: TemplateScope) throws -> RangeSlices {
        func integer(_ template: Template, _ name: String) throws -> Int {
            guard let number = try template.text(in: scope).flatMap({ Int($0) }) else {
                throw CartloadError(
                    .apiDefinition, "`ranges.\(name)` of \"\(stream)\" is no whole number",
                    advice: "Write a number, or a template of one.")
            }
            return number
        }
        return RangeSlices(from: try integer(from, "from"), to: try integer(to, "to"), step: step)
    }
}
