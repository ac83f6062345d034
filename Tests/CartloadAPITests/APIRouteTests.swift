// SPDX-License-Identifier: Apache-2.0

import CartloadAPI
import Testing

@Suite struct APIRouteTests {
    @Test(
        arguments: [
            ("POST", "t/api/v4/batch", .route(.create(tenant: "t"))),
            ("GET", "t/api/v4/batch", .wrongMethod(allowed: ["POST"])),
            ("GET", "t/api/v4/batch/status", .route(.describe(tenant: "t"))),
            ("PATCH", "t/api/v4/batch/status", .wrongMethod(allowed: ["GET"])),
            ("GET", "t/api/v4/batch/i", .route(.info(tenant: "t", id: "i"))),
            ("PATCH", "t/api/v4/batch/i", .route(.end(tenant: "t", id: "i"))),
            ("DELETE", "t/api/v4/batch/i", .wrongMethod(allowed: ["GET", "PATCH"])),
            ("GET", "t/api/v4/batch/i/status", .route(.status(tenant: "t", id: "i"))),
            ("POST", "t/api/v4/batch/i/chunks", .route(.push(tenant: "t", id: "i"))),
            ("GET", "t/api/v4/batch/i/chunkresults", .route(.pull(tenant: "t", id: "i"))),
            ("POST", "t/api/v4/batch/i/chunkresults", .wrongMethod(allowed: ["GET"])),
            ("POST", "t/api/v4/batch/i/ack", .route(.acknowledge(tenant: "t", id: "i"))),
            ("POST", "auth/realms/t/protocol/openid-connect/token", .route(.token(tenant: "t"))),
            ("GET", "auth/realms/t/protocol/openid-connect/token", .wrongMethod(allowed: ["POST"])),
            ("POST", "auth/realms//protocol/openid-connect/token", .unknown), ("GET", "", .unknown),
            ("GET", "t", .unknown),
            ("POST", "t/api/v3/batch", .unknown), ("POST", "/api/v4/batch", .unknown),
            ("GET", "t/api/v4/batch/", .unknown),
            ("GET", "t/api/v4/batch/i/x", .unknown), ("GET", "t/api/v4/batch/i/status/x", .unknown),
            ("GET", "t/api/v4/batches/i", .unknown), ("POST", "auth/realms/t/protocol/openid-connect", .unknown),
        ] as [(String, String, APIRoute.Match)])
    func aRequestFindsItsOperation(method: String, path: String, match: APIRoute.Match) {
        let segments = path.isEmpty ? [] : path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        #expect(APIRoute.match(method, segments) == match)
    }
}
