// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What an answer means; the first rule that fits one decides.
public struct AnswerRule: Sendable, Hashable {
    public enum Meaning: String, Sendable, Hashable, CaseIterable {
        case success
        /// A passing fault: the same request is tried again.
        case retry
        case fail
        /// There is nothing here: the batch ends, without an error.
        case ignore
        /// Too fast: the request is put off, which does not count as a try.
        case rateLimited = "rate_limited"
        /// The page is no longer known: the batch begins again with the first.
        case resetPages = "reset_pages"
        /// The credentials are refused.
        case credentials
    }

    /// Statuses that fit; empty for any.
    public var statuses: [ClosedRange<Int>]
    /// A path of a JSON body, and the values that fit there; without values it must only have one.
    public var path: [String]?
    public var values: [JSONValue]
    /// Text that the body contains.
    public var text: String?
    public var meaning: Meaning
    /// What to say.
    public var message: String?

    public init(
        _ meaning: Meaning, statuses: [ClosedRange<Int>] = [], path: [String]? = nil, values: [JSONValue] = [],
        text: String? = nil, message: String? = nil
    ) {
        self.meaning = meaning
        self.statuses = statuses
        self.path = path
        self.values = values
        self.text = text
        self.message = message
    }

    /// Whether it fits an answer.
    ///
    /// - Parameter value: The value at ``path``.
    func fits(status: Int, value: JSONValue?, body: Bytes) -> Bool {
        if !statuses.isEmpty, !statuses.contains(where: { $0.contains(status) }) { return false }
        if path != nil {
            guard let value, values.isEmpty ? !value.isNull : values.contains(value) else { return false }
        }
        if let text, !body.contains(text) { return false }
        return true
    }

    /// What an answer means that no rule fits.
    static func usual(_ status: Int) -> Meaning {
        switch status {
        case 200...299: .success
        case 429: .rateLimited
        case 401, 403: .credentials
        case 408, 425, 500...599: .retry
        default: .fail
        }
    }
}

extension Bytes {
    /// How much of a body is searched for a text (I7).
    private static let searchedBytes = 1 << 16

    fileprivate func contains(_ text: String) -> Bool {
        self[0..<Swift.min(count, Bytes.searchedBytes)].text.contains(text)
    }

    /// How it begins, in one line, for messages.
    var beginning: String {
        let text = self[0..<Swift.min(count, 200)].text
        let words = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return String(String(words).prefix(120))
    }
}
