// SPDX-License-Identifier: Apache-2.0

import CartloadAPI
import CartloadCore
import Testing

@Suite struct OpenAPITests {
    /// Methods and paths that the description has, without those that are for operators.
    static let described: [(method: String, path: String)] = {
        let document = try? JSONValue(parsing: Bytes(OpenAPI.text))
        let paths = document?["paths"]?.objectValue?.members ?? []
        return paths.filter { $0.0.contains("{tenant}") }.flatMap { path, item in
            (item.objectValue?.members ?? []).map { (method: $0.0.uppercased(), path: path) }
        }
    }()

    /// One of each route, with the path that it is at.
    static let routes: [(method: String, path: String, route: APIRoute)] = [
        ("POST", "/{tenant}/api/v4/batch", .create(tenant: "{tenant}")),
        ("GET", "/{tenant}/api/v4/batch/status", .describe(tenant: "{tenant}")),
        ("GET", "/{tenant}/api/v4/batch/{id}", .info(tenant: "{tenant}", id: "{id}")),
        ("PATCH", "/{tenant}/api/v4/batch/{id}", .end(tenant: "{tenant}", id: "{id}")),
        ("GET", "/{tenant}/api/v4/batch/{id}/status", .status(tenant: "{tenant}", id: "{id}")),
        ("POST", "/{tenant}/api/v4/batch/{id}/chunks", .push(tenant: "{tenant}", id: "{id}")),
        ("GET", "/{tenant}/api/v4/batch/{id}/chunkresults", .pull(tenant: "{tenant}", id: "{id}")),
        ("POST", "/{tenant}/api/v4/batch/{id}/ack", .acknowledge(tenant: "{tenant}", id: "{id}")),
        ("POST", "/auth/realms/{tenant}/protocol/openid-connect/token", .token(tenant: "{tenant}")),
    ]

    private func match(_ method: String, _ path: String) -> APIRoute.Match {
        APIRoute.match(method, path.split(separator: "/").map(String.init))
    }

    @Test func theDescriptionIsOfVersion31() throws {
        let document = try JSONValue(parsing: Bytes(OpenAPI.text))
        #expect(document["openapi"]?.stringValue == "3.1.0")
    }

    @Test(arguments: described) func eachOperationOfTheDescriptionIsARoute(method: String, path: String) {
        guard case .route = match(method, path) else {
            Issue.record("\(method) \(path) is no route")
            return
        }
    }

    @Test func eachRouteIsInTheDescription() {
        for (method, path, route) in Self.routes {
            #expect(match(method, path) == .route(route))
            #expect(Self.described.contains { $0 == (method, path) }, "\(method) \(path) is not described")
            // A route that is added makes this incomplete, and so brings its author here.
            switch route {
            case .create, .describe, .info, .status, .push, .pull, .acknowledge, .end, .token: break
            }
        }
        #expect(Self.described.count == Self.routes.count)
    }

    @Test func eachReferenceInTheDescriptionLeadsSomewhere() throws {
        let document = try JSONValue(parsing: Bytes(OpenAPI.text))
        var count = 0
        for reference in references(document) {
            var place: JSONValue? = document
            for name in reference.split(separator: "/").dropFirst() { place = place?[String(name)] }
            #expect(place != nil, "\(reference) leads nowhere")
            count += 1
        }
        #expect(count > 100)
    }

    private func references(_ value: JSONValue) -> [String] {
        if let text = value["$ref"]?.stringValue { return [text] }
        if let elements = value.arrayValue { return elements.flatMap(references) }
        return (value.objectValue?.members ?? []).flatMap { references($0.1) }
    }
}
