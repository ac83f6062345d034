// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Which outputs of a service a pipeline wants.
public struct OutputSelection: Sendable, Hashable {
    /// The names in the order of result columns; nil for all that a service without declared outputs gives.
    public let names: [String]?

    init(names: [String]?) { self.names = names }

    /// What `output` and `subservice` of a request mean together: the named outputs, and those of the named sets.
    ///
    /// - Throws: `CartloadError` with code `compute.unknown-output` and the name.
    public init(outputs: [String], subservices: [String], of service: Service) throws {
        var wanted: [String] = []
        for subservice in subservices {
            guard let names = service.subservices[subservice] else {
                throw OutputSelection.unknown(
                    "subservice", subservice, there: service.subservices.keys.sorted(), service)
            }
            wanted += names
        }
        for output in outputs {
            if !service.outputs.isEmpty, !service.outputs.contains(output) {
                throw OutputSelection.unknown("output", output, there: service.outputs, service)
            }
            wanted.append(output)
        }
        guard !wanted.isEmpty else {
            names = service.outputs.isEmpty ? nil : service.outputs
            return
        }
        // The service's order where it has one, and each name once.
        let order = service.outputs.isEmpty ? wanted : service.outputs.filter(wanted.contains)
        var seen: Set<String> = []
        names = order.filter { seen.insert($0).inserted }
    }

    private static func unknown(_ kind: String, _ name: String, there: [String], _ service: Service) -> CartloadError {
        CartloadError(
            .unknownOutput, "\(service.uri) has no \(kind) \"\(name)\"",
            advice: there.isEmpty ? "It has none." : "It has \(there.joined(separator: ", ")).")
    }
}
