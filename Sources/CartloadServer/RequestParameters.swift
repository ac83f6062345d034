// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCore
internal import CartloadHTTP

/// What the query and the headers of a request ask for.
struct RequestParameters {
    /// How long a request's id may be, in bytes (I7).
    static let maximumIDLength = 200
    /// As the vendor's server has them.
    private static let defaultMaximum = 50
    private static let largestMaximum = 100

    private let request: HTTPServerRequest

    init(_ request: HTTPServerRequest) { self.request = request }

    /// What the client calls the request; the same again is the same request.
    var requestID: String? {
        get throws {
            guard let id = request.headers["x-request-id"], !id.isEmpty else { return nil }
            guard id.utf8.count <= RequestParameters.maximumIDLength else {
                throw APIFault.wrongType("x-request-id", "at most \(RequestParameters.maximumIDLength) bytes long")
            }
            return id
        }
    }

    /// How many chunks a pull wants: `max`, or else `max_chunks`.
    func maximum() throws -> Int {
        let other = try count("max_chunks")
        return try count("max") ?? other ?? RequestParameters.defaultMaximum
    }

    private func count(_ name: String) throws -> Int? {
        guard let text = request.query(name) else { return nil }
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Double(text), number >= 1
        else { throw APIFault.wrongType(name, "a whole number from 1") }
        return Int(min(number, Double(RequestParameters.largestMaximum)))
    }

    func wait(_ limits: ServerLimits) throws -> Duration? { try seconds("wait", atMost: limits.longestWait) }

    func lease(_ limits: ServerLimits) throws -> Duration? {
        guard let lease = try seconds("lease", atMost: limits.longestLease) else { return nil }
        guard lease > .zero else { throw APIFault.wrongType("lease", "more than 0 seconds") }
        return lease
    }

    private func seconds(_ name: String, atMost limit: Duration) throws -> Duration? {
        guard let text = request.query(name) else { return nil }
        guard let number = Double(text), number >= 0, number <= 1e9 else {
            throw APIFault.wrongType(name, "a number of seconds")
        }
        return min(.milliseconds(Int(number * 1000)), limit)
    }
}

extension Accounts.Credentials {
    /// What the headers say; a leading word of the scheme counts in any case.
    init(_ request: HTTPServerRequest) {
        apiKey = request.headers["x-synthetic-key"].flatMap { $0.isEmpty ? nil : $0 }
        guard let header = request.headers["authorization"] else { return }
        let parts = header.split(separator: " ", maxSplits: 1)
        if parts.count == 2, parts[0].lowercased() == "bearer" {
            token = String(parts[1].drop { $0 == " " })
        } else if !header.isEmpty {
            token = header
        }
    }
}
