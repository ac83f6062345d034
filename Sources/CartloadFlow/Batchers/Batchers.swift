// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadExpressions

/// The batchers that a link can name, and how they are made from what the link says.
public enum Batchers {
    /// `pairs`, `by: carrier`, `runs: status`, `records: 500`, `bytes: 1MB`, `bytes: {limit: 1MB, oversize: reject}`,
    /// `window: {field: at, every: 1h}`.
    static let names = ["by", "runs", "records", "bytes", "pairs", "window"]

    /// Makes one batcher.
    ///
    /// - Throws: `CartloadError` located at the line of what is wrong.
    public static func make(_ step: FlowStep) throws -> any Batcher {
        do {
            switch step.name {
            case "pairs": return SizeBatcher.pairs
            case "by": return try KeyBatcher(by: try expressions(step))
            case "runs": return try RunsBatcher(by: try expressions(step))
            case "records":
                guard let records = step.value.intValue else { throw wrong(step, "must be a whole number") }
                return try SizeBatcher(records: records)
            case "bytes": return try bytes(step)
            case "window":
                let window = try Configuration(
                    step.value.objectValue ?? JSONObject(),
                    settings: [
                        Setting("field", .string, "The field with the time.", isRequired: true),
                        Setting("every", .any, "How long a window is, such as 1h.", isRequired: true),
                    ], path: step.path, positions: step.positions)
                let field = (window.string("field") ?? "").split(separator: ".").map(String.init)
                return try TimeBatcher(by: field, every: try window.duration("every") ?? .zero)
            default:
                throw CartloadError(
                    .batcherSetting, "there is no batcher \"\(step.name)\"",
                    advice: step.name.nearest(in: names).map { "Did you mean \"\($0)\"?" }
                        ?? "The batchers are \(names.joined(separator: ", ")).")
            }
        } catch let error as CartloadError {
            throw error.located(step.location)
        }
    }

    private static func expressions(_ step: FlowStep) throws -> [Expression] {
        let texts: [String]? =
            switch step.value {
            case .string(let text): [text]
            case .array(let list): list.compactMap(\.stringValue)
            default: nil
            }
        guard let texts, !texts.isEmpty else { throw wrong(step, "must be an expression or a list of them") }
        return try texts.map { try Expression(parsing: $0) }
    }

    private static func bytes(_ step: FlowStep) throws -> any Batcher {
        guard case .object(let object) = step.value else {
            guard let size = ByteSize(step.value) else { throw wrong(step, "must be a size such as 64MB") }
            return try BytesBatcher(bytes: size.bytes)
        }
        let settings = try Configuration(
            object,
            settings: [
                Setting("limit", .any, "The size of a batch at most.", isRequired: true),
                Setting(
                    "oversize", .choice(BytesBatcher.Oversize.allCases.map(\.rawValue)),
                    "What becomes of a record that is larger.", default: "alone"),
            ], path: step.path, positions: step.positions)
        guard let size = settings["limit"].flatMap({ ByteSize($0) }) else {
            throw wrong(step, "must have a limit such as 64MB")
        }
        return try BytesBatcher(
            bytes: size.bytes,
            oversize: settings.string("oversize").flatMap(BytesBatcher.Oversize.init) ?? .alone)
    }

    private static func wrong(_ step: FlowStep, _ message: String) -> CartloadError {
        CartloadError(.batcherSetting, "the batcher \"\(step.name)\" \(message)", at: step.location)
    }
}
