// SPDX-License-Identifier: Apache-2.0

/// The operations of the Batches API by method and path; `/{tenant}/api/v4/batch…` as the vendor's clients ask for them.
public enum APIRoute: Sendable, Hashable {
    case create(tenant: String)
    case describe(tenant: String)
    case info(tenant: String, id: String)
    case status(tenant: String, id: String)
    case push(tenant: String, id: String)
    case pull(tenant: String, id: String)
    /// Ours: gives away what a pull with a lease has lent.
    case acknowledge(tenant: String, id: String)
    /// Close or cancel, as the body says.
    case end(tenant: String, id: String)
    /// OAuth2 client credentials.
    case token(tenant: String)

    /// What became of looking a request up.
    public enum Match: Sendable, Hashable {
        case route(APIRoute)
        /// The path is one of ours, but for these methods only.
        case wrongMethod(allowed: [String])
        case unknown
    }

    /// Finds the operation.
    ///
    /// - Parameter segments: The path's parts, decoded.
    public static func match(_ method: String, _ segments: [String]) -> Match {
        let routes = routes(segments)
        if routes.isEmpty { return .unknown }
        if let route = routes.first(where: { $0.method == method })?.route { return .route(route) }
        return .wrongMethod(allowed: routes.map(\.method))
    }

    private static func routes(_ segments: [String]) -> [(method: String, route: APIRoute)] {
        if segments.count == 6, segments[0] == "auth", segments[1] == "realms", !segments[2].isEmpty,
            segments[3...] == ["protocol", "openid-connect", "token"]
        {
            return [("POST", .token(tenant: segments[2]))]
        }
        guard segments.count >= 4, segments.count <= 6, segments[1...3] == ["api", "v4", "batch"], !segments[0].isEmpty
        else { return [] }
        let tenant = segments[0]
        switch segments.count {
        case 4: return [("POST", .create(tenant: tenant))]
        case 5:
            // Before ids: none is called so.
            if segments[4] == "status" { return [("GET", .describe(tenant: tenant))] }
            if segments[4].isEmpty { return [] }
            return [("GET", .info(tenant: tenant, id: segments[4])), ("PATCH", .end(tenant: tenant, id: segments[4]))]
        default:
            let id = segments[4]
            switch segments[5] {
            case "status": return [("GET", .status(tenant: tenant, id: id))]
            case "chunks": return [("POST", .push(tenant: tenant, id: id))]
            case "chunkresults": return [("GET", .pull(tenant: tenant, id: id))]
            case "ack": return [("POST", .acknowledge(tenant: tenant, id: id))]
            default: return []
            }
        }
    }
}
