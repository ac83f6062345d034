// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The environment variables that a configuration can read.
public struct Environment: Sendable {
    public var variables: [String: String]

    public init(_ variables: [String: String] = [:]) { self.variables = variables }

    public subscript(name: String) -> String? { variables[name] }

    /// What this process was started with.
    public static var process: Environment {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                variables[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry += 1
        }
        return Environment(variables)
    }
}
