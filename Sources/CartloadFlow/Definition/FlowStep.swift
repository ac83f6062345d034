// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One entry of a list of processors: its name and what it is given, unchecked.
public struct FlowStep: Sendable {
    /// Such as `filter`.
    public var name: String
    /// Such as `"amount > 100"` or `{fields: [tailnum]}`.
    public var value: JSONValue
    /// The path of the value in the flow file, such as `processors[0].filter`.
    public var path: String
    public var positions: Configuration.Positions

    public init(
        _ name: String, _ value: JSONValue, path: String = "",
        positions: Configuration.Positions = Configuration.Positions()
    ) {
        self.name = name
        self.value = value
        self.path = path
        self.positions = positions
    }

    /// Where the step stands in its file.
    public var location: Location { positions.location(of: path) }
}
