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

    /// Longest first, so that a secret that holds another one goes as a whole.
    private let secrets = Mutex<[String]>([])

    public init() {}

    /// Adds a value that must never be printed; empty ones are ignored.
    public func add(_ secret: String) {
        guard !secret.isEmpty else { return }
        secrets.withLock { list in
            for form in Redactor.forms(of: secret) where !list.contains(form) { list.append(form) }
            list.sort { $0.utf8.count > $1.utf8.count }
        }
    }

    /// The text without the secrets.
    public func redact(_ text: String) -> String {
        var text = text
        for secret in secrets.withLock({ $0 }) { text = text.replacing(secret, with: Redactor.mark) }
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
