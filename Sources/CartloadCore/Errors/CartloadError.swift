// SPDX-License-Identifier: Apache-2.0

/// Why a run cannot go on: what is wrong, where, and what to do about it.
public struct CartloadError: Error, Sendable, Hashable {
    /// A stable name for one kind of failure; `Docs/errors.md` lists them all.
    ///
    /// Codes are an open set: modules and embedders add their own, and nothing may fail on an unknown one.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public init(_ rawValue: String) { self.rawValue = rawValue }
    }

    public var code: Code
    /// One plain sentence, without the location.
    public var message: String
    public var location: Location
    /// What the user can do, one sentence.
    public var advice: String?
    /// The error underneath, in words.
    public var cause: String?

    public init(
        _ code: Code, _ message: String, at location: Location = Location(), advice: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.location = location
        self.advice = advice
        self.cause = cause.map { String(describing: $0) }
    }

    /// The same error, with the parts of the location that it does not know yet.
    public func located(_ outer: Location) -> CartloadError {
        var error = self
        error.location.source = location.source ?? outer.source
        error.location.line = location.line ?? outer.line
        error.location.byte = location.byte ?? outer.byte
        error.location.record = location.record ?? outer.record
        error.location.field = location.field ?? outer.field
        return error
    }
}

extension CartloadError: CustomStringConvertible {
    /// `events.jsonl, line 12, byte 3071: the string is not closed [json.invalid]; …advice`
    public var description: String {
        let place = location.description
        var text = place.isEmpty ? message : "\(place): \(message)"
        if let cause { text += " (\(cause))" }
        text += " [\(code.rawValue)]"
        if let advice { text += "\n  \(advice)" }
        return text
    }
}

/// One line of the error catalogue, from which `Docs/errors.md` is generated.
public struct CatalogueEntry: Sendable {
    public let code: CartloadError.Code
    /// What happened, one sentence.
    public let meaning: String
    /// What to do, one sentence.
    public let advice: String

    public init(_ code: CartloadError.Code, meaning: String, advice: String) {
        self.code = code
        self.meaning = meaning
        self.advice = advice
    }
}
