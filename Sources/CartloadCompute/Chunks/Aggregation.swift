// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// One number over all records of a chunk: an operator and the output that it is applied to.
public struct Aggregation: Sendable, Hashable {
    /// `SUM` is the only one that is publicly documented; the others are ours.
    public enum Operator: String, Sendable, Hashable, CaseIterable {
        case sum = "SUM"
        case count = "COUNT"
        case minimum = "MIN"
        case maximum = "MAX"
        case average = "AVG"
    }

    public var output: String
    public var `operator`: Operator

    public init(output: String, _ `operator`: Operator) {
        self.output = output
        self.operator = `operator`
    }

    init(_ value: JSONValue) throws {
        guard case .object(let object) = value, let output = object["output_name"]?.stringValue, !output.isEmpty else {
            throw ChunkFault.wrongType("summary.aggregation", "a list of objects with output_name and operator")
        }
        let text = object["operator"]?.stringValue ?? ""
        guard let known = Operator(rawValue: text.uppercased()) else {
            let all = Operator.allCases.map(\.rawValue).joined(separator: ", ")
            throw ChunkFault.invalid(
                "there is no operator \"\(text)\"; there are \(all)", "summary.aggregation.operator")
        }
        self.init(output: output, known)
    }
}
