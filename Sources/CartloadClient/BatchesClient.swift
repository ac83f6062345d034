// SPDX-License-Identifier: Apache-2.0

/// A client of the Batches API: of `cartload serve`, and by its wire facts of Coherent Spark.
///
/// ```swift
/// let client = try BatchesClient("http://127.0.0.1:8765", tenant: "demo", authentication: .token(token))
/// let pipeline = client.batches.of(try await client.batches.create("demo/double").id)
/// for try await result in pipeline.run([["value": 21]]) { print(result.outputs) }
/// ```
public struct BatchesClient: Sendable {
    let exchange: Exchange

    /// - Parameters:
    ///   - baseURL: The server's, with the tenant as its last part unless `tenant` is given.
    ///   - authentication: How requests prove whose they are.
    /// - Throws: `CartloadError` with code `http.bad-url`; ``BatchesError`` where there is no tenant.
    public init(
        _ baseURL: String, tenant: String? = nil, authentication: Authentication = .none,
        options: ClientOptions = ClientOptions()
    ) throws {
        exchange = try Exchange(
            endpoint: try Endpoint(baseURL, tenant: tenant), authentication: authentication, options: options)
    }

    /// A client as the environment says: `CSPARK_BASE_URL` (with the tenant as its last part), and `CSPARK_CLIENT_ID` with
    /// `CSPARK_CLIENT_SECRET`, or `CSPARK_API_KEY`, or `CSPARK_BEARER_TOKEN`, in this order; `CSPARK_OAUTH_PATH` names a file
    /// with client_id and client_secret.
    public init(environment: [String: String], options: ClientOptions = ClientOptions()) throws {
        guard let url = environment["CSPARK_BASE_URL"], !url.isEmpty else {
            throw BatchesError(.configuration, "CSPARK_BASE_URL is not set")
        }
        try self.init(url, authentication: try Authentication(environment: environment), options: options)
    }

    /// The operations on pipelines.
    public var batches: Batches { Batches(exchange) }
}
