// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadExpressions

/// The processors that a flow can name, and how they are made from what the flow says.
public enum Processors {
    /// One processor's name, what it does and its settings.
    public struct Entry: Sendable {
        public let name: String
        public let summary: String
        /// The settings of its long form; empty when it takes fields or a text.
        public let settings: [Setting]
        /// How it is written in a flow.
        public let example: String
        let make: @Sendable (Step) throws -> any Processor

        package init(
            name: String, summary: String, settings: [Setting], example: String,
            make: @escaping @Sendable (Step) throws -> any Processor
        ) {
            self.name = name
            self.summary = summary
            self.settings = settings
            self.example = example
            self.make = make
        }
    }

    /// What a flow says to one processor.
    package struct Step {
        let name: String
        package let value: JSONValue
        let path: String
        let positions: Configuration.Positions
        let settings: [Setting]

        package var location: Location { positions.location(of: path) }

        package func failure(_ message: String, advice: String? = nil) -> CartloadError {
            CartloadError(.processorSetting, "\(name): \(message)", at: location, advice: advice)
        }
    }

    /// Makes the processors of a list such as `[{filter: "amount > 0"}, {drop: [email]}]`.
    ///
    /// - Throws: `CartloadError` located at the line of what is wrong.
    public static func make(
        from list: JSONValue, path: String = "processors",
        positions: Configuration.Positions = Configuration.Positions()
    ) throws -> [any Processor] {
        let steps = list.arrayValue ?? (list.isNull ? [] : [list])
        return try steps.enumerated().map { index, step in
            let place = "\(path)[\(index)]"
            guard let object = step.objectValue, object.count == 1, let member = object.members.first else {
                throw CartloadError(
                    .processorSetting, "a processor is a mapping with one key", at: positions.location(of: place),
                    advice: "For example: - filter: \"amount > 0\"")
            }
            return try make(member.key, member.value, path: "\(place).\(member.key)", positions: positions)
        }
    }

    /// Makes one processor.
    ///
    /// - Parameter entries: The processors that there are; by default those of the engine.
    public static func make(
        _ name: String, _ value: JSONValue, path: String = "",
        positions: Configuration.Positions = Configuration.Positions(), among entries: [Entry] = all
    ) throws -> any Processor {
        let location = positions.location(of: path)
        guard let entry = entries.first(where: { $0.name == name }) else {
            let near = name.nearest(in: entries.map(\.name))
            throw CartloadError(
                .unknownProcessor, "there is no processor \"\(name)\"", at: location,
                advice: near.map { "Did you mean \"\($0)\"?" }
                    ?? "Processors are \(entries.map(\.name).joined(separator: ", ")).")
        }
        do {
            return try entry.make(
                Step(name: name, value: value, path: path, positions: positions, settings: entry.settings))
        } catch let error as CartloadError {
            throw error.located(location)
        }
    }
}
