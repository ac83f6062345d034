// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A configuration file as a value, with the line of each part and what came from the environment.
///
/// YAML and JSON are read with the same call. In YAML `${NAME}` is read before the value gets its type, so that
/// `port: ${PORT}` is a number and `port: "${PORT}"` a string; in JSON it stands inside quotes and stays a string.
public struct ConfigurationDocument: Sendable {
    /// The longest file that is read (I7).
    public static let maximumBytes = 8 << 20

    public var value: JSONValue
    public var positions: Configuration.Positions
    /// The values that were read from the environment, by the path of the value that they are in.
    public var substitutions: [String: [String]]

    /// Parses a text.
    ///
    /// - Parameters:
    ///   - source: The file's name for messages; a name that ends in `.json` is read strictly as JSON.
    ///   - environment: Where `${NAME}` is looked up.
    /// - Throws: `CartloadError` located at the line, with the column in its message.
    public init(parsing bytes: Bytes, source: String? = nil, environment: Environment = Environment()) throws {
        guard bytes.count <= ConfigurationDocument.maximumBytes else {
            throw CartloadError(
                .configurationTooLarge, "the file is longer than \(ConfigurationDocument.maximumBytes) bytes",
                at: Location(source: source))
        }
        if source?.hasSuffix(".json") == true {
            try self.init(json: bytes, source: source, environment: environment)
        } else {
            try self.init(yaml: bytes, source: source, environment: environment)
        }
    }

    /// Parses a text.
    public init(parsing text: String, source: String? = nil, environment: Environment = Environment()) throws {
        try self.init(parsing: Bytes(text), source: source, environment: environment)
    }

    init(yaml bytes: Bytes, source: String?, environment: Environment) throws {
        (value, positions, substitutions) = try bytes.withUnsafeBytes { buffer in
            var tree = YAMLTree(buffer, source: source, environment: environment)
            let value = try tree.document()
            return (value, tree.positions, tree.substitutions)
        }
    }
}
