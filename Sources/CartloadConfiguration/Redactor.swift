// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Synchronization

/// Takes secrets out of everything that is printed (I8).
///
/// It learns the values while configurations are read; from then on no message may leave the program without passing
/// through ``redact(_:)``. Passwords inside URLs (`scheme://user:password@host`) are taken out even when nobody named them.
public final class Redactor: Sendable {
    /// What is printed instead.
    public static let mark = "***"

    /// A shorter secret is taken out only where it stands alone: one such as `1` is in half of what is said.
    static let shortestPart = 4

    /// A text that must not be printed.
    private struct Secret: Equatable {
        let text: String
        /// Whether it goes only where it is a word or value of its own.
        let isWhole: Bool
    }

    /// Longest first, so that a secret that holds another one goes as a whole.
    private let secrets = Mutex<[Secret]>([])

    public init() {}

    /// Adds a value that must never be printed; empty ones are ignored.
    public func add(_ secret: String) {
        guard !secret.isEmpty else { return }
        secrets.withLock { list in
            let isWhole = secret.utf8.count < Redactor.shortestPart
            for form in Redactor.forms(of: secret).map({ Secret(text: $0, isWhole: isWhole) })
            where !list.contains(form) { list.append(form) }
            list.sort { $0.text.utf8.count > $1.text.utf8.count }
        }
    }

    /// The text without the secrets.
    public func redact(_ text: String) -> String {
        var text = text
        for secret in secrets.withLock({ $0 }) {
            text =
                secret.isWhole
                ? Redactor.replacingWhole(secret.text, in: text)
                : text.replacing(secret.text, with: Redactor.mark)
        }
        return Redactor.withoutURLPasswords(text)
    }

    /// The value with its texts redacted; numbers stay, so that a secret such as `5` cannot break the JSON around it.
    public func redact(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redact(text))
        case .array(let elements): .array(elements.map { redact($0) })
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, redact($0.value)) }))
        default: value
        }
    }

    /// The text with a mark in place of each occurrence that is no part of a longer word or number.
    private static func replacingWhole(_ secret: String, in text: String) -> String {
        let source = Array(text.unicodeScalars)
        let wanted = Array(secret.unicodeScalars)
        var result = String.UnicodeScalarView()
        var at = 0
        while at < source.count {
            let end = at + wanted.count
            guard end <= source.count, source[at..<end].elementsEqual(wanted),
                !isWithinWord(source, at - 1, beyond: at - 2), !isWithinWord(source, end, beyond: end + 1)
            else {
                result.append(source[at])
                at += 1
                continue
            }
            result.append(contentsOf: mark.unicodeScalars)
            at = end
        }
        return String(result)
    }

    /// Whether the scalar beside an occurrence makes it a part of something longer: a letter or digit, or a point, comma or
    /// dash with one behind it, as in `0.1` and `1,000`.
    private static func isWithinWord(_ text: [Unicode.Scalar], _ beside: Int, beyond: Int) -> Bool {
        guard text.indices.contains(beside) else { return false }
        if isOfWord(text[beside]) { return true }
        return ".,-".unicodeScalars.contains(text[beside]) && text.indices.contains(beyond) && isOfWord(text[beyond])
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// A secret as it stands, as JSON text and as part of a URL.
    private static func forms(of secret: String) -> [String] {
        var json = ""
        var url = ""
        for byte in secret.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                url.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                url += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        for scalar in secret.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\n": json += "\\n"
            case "\t": json += "\\t"
            default: json.unicodeScalars.append(scalar)
            }
        }
        return [secret] + [json, url].filter { $0 != secret }
    }

    private static func withoutURLPasswords(_ text: String) -> String {
        guard text.contains("://") else { return text }
        return text.replacing(#/(:\/\/[^\s\/:@"']*):[^\s\/"']*@/#) { match in "\(match.1):\(mark)@" }
    }
}
