// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// One stream of one inlet of a link, or an inlet that is pulled.
struct LinkMember: Sendable {
    enum Origin: Sendable {
        case stream(any Stream)
        case pull(Inlet.Pulling)
    }

    let inlet: Inlet
    let origin: Origin
    /// `inlet` or `inlet/stream`; names its position.
    let name: String

    /// All of a link, in the order in which their records come.
    static func members(of link: Link) async throws -> [LinkMember] {
        var members: [LinkMember] = []
        for inlet in link.inlets {
            switch inlet.origin {
            case .pull(let pull): members.append(LinkMember(inlet: inlet, origin: .pull(pull), name: inlet.name))
            case .source(let source, let names):
                for stream in try await FlowRun.streams(of: source, names) {
                    members.append(
                        LinkMember(
                            inlet: inlet, origin: .stream(stream), name: "\(inlet.name)/\(stream.description.name)"))
                }
            }
        }
        return members
    }

    var stream: (any Stream)? { if case .stream(let stream) = origin { stream } else { nil } }

    var isPull: Bool { stream == nil }
}

extension Link {
    /// Checks that the names of inlets and of outlets differ, since positions and receipts are kept under them.
    func checkNames() throws {
        for (kind, names) in [("inlets", inlets.map(\.name)), ("outlets", outlets.map(\.name))] {
            var known: Set<String> = []
            for name in names where !known.insert(name).inserted {
                throw CartloadError(
                    .linkNames, "two \(kind) of the link \"\(self.name)\" have the name \"\(name)\"",
                    advice: "Rename one of them: what is remembered of it is kept under its name.")
            }
        }
    }
}

extension CartloadError.Code {
    /// Two inlets or outlets of a link have the same name.
    static let linkNames = CartloadError.Code("link.names")
}
