// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension ParsedArguments {
    /// A JSON object, as it stands or in a file behind an `@`.
    func jsonObject(_ name: String) throws -> JSONObject? {
        guard let text = value(name) else { return nil }
        let value = try text.hasPrefix("@") ? JSONFile.read(String(text.dropFirst())) : try? JSONValue(parsing: text)
        guard case .object(let object)? = value else {
            throw UsageError.invalidValue(
                "--\(name) must be a JSON object", advice: "Write --\(name) '{\"rate\": 0.2}', or --\(name) @FILE.")
        }
        return object
    }

    /// Names with commas between them.
    func names(_ name: String) -> [String] {
        (value(name) ?? "").split(separator: ",").map { word in
            String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }

    /// A number from 0 to 1.
    func share(_ name: String) throws -> Double? {
        guard let text = value(name) else { return nil }
        guard let share = Double(text), (0...1).contains(share) else {
            throw UsageError.invalidValue("--\(name) must be a number from 0 to 1, not \"\(text)\"", advice: nil)
        }
        return share
    }

    /// A time such as `20s` or `5m`; a number alone is seconds.
    func duration(_ name: String) throws -> Duration? {
        guard let text = value(name) else { return nil }
        let seconds = Double(text).map { JSONValue.double($0) }
        guard let time = TimeSpan(seconds ?? .string(text))?.duration, time > .zero else {
            throw UsageError.invalidValue("--\(name) must be a time, such as 20s or 5m, not \"\(text)\"", advice: nil)
        }
        return time
    }
}
