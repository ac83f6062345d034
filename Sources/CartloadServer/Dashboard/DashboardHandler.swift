// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCompute
internal import CartloadCore
internal import CartloadHTTP

/// Answers what the page asks for: its files to anybody, everything else to who may use the API.
struct DashboardHandler: Sendable {
    let engine: ComputeEngine
    let accounts: Accounts
    let clock: RunClock
    let limits: DashboardLimits
    /// Of all tenants, in order.
    let workers: @Sendable () -> [ServiceWorkers]
    private let viewers = DashboardViewers()

    init(
        engine: ComputeEngine, accounts: Accounts, clock: RunClock, limits: DashboardLimits,
        workers: @escaping @Sendable () -> [ServiceWorkers]
    ) {
        self.engine = engine
        self.accounts = accounts
        self.clock = clock
        self.limits = limits
        self.workers = workers
    }

    /// Nil when the path is none of the dashboard's.
    func response(to request: HTTPServerRequest, _ segments: [String]) async -> HTTPServerResponse? {
        // Most requests are the API's: they pass at once.
        if let first = segments.first, first != "dashboard", first != "favicon.ico" { return nil }
        let file = DashboardFile.at(segments)
        let route = DashboardRoute(segments)
        if file == nil, route == nil { return nil }
        guard request.method == "GET" || request.method == "HEAD" else {
            let fault = APIFault(405, "invalid_input", "METHOD_NOT_ALLOWED", "the method is not allowed here")
            return secured(.json(405, fault.json, headers: [HTTPField("allow", "GET, HEAD")]))
        }
        if let file { return file.response(to: request) }
        guard let route else { return nil }
        do {
            return secured(try await response(route, request))
        } catch {
            return secured(.fault(APIFault(error)))
        }
    }

    private func response(_ route: DashboardRoute, _ request: HTTPServerRequest) async throws -> HTTPServerResponse {
        let caller = try caller(request)
        switch route {
        case .session:
            return .json(
                200,
                .object(
                    JSONObject([
                        ("tenant", .string(caller.tenant)), ("user", .string(caller.user)),
                        ("supervisor", .bool(caller.seesAll)),
                    ])))
        case .events: return try events(request)
        case .pipeline(let id):
            return .json(200, DashboardJSON.details(try engine.status(of: id, by: caller), now: engine.now))
        case .chunks(let id):
            let page = try engine.chunks(
                of: id, offset: try number("offset", request) ?? 0, atMost: try rows(request),
                isOnlyFailed: request.query("failed") == "1", by: caller)
            return .json(200, DashboardJSON.chunks(page))
        case .failures(let id):
            let page = try await engine.failures(
                of: id, from: try cursor(request), atMost: try rows(request), by: caller)
            return .json(200, DashboardJSON.failures(page))
        }
    }

    private func events(_ request: HTTPServerRequest) throws -> HTTPServerResponse {
        guard let seat = viewers.seat(limit: limits.viewers) else {
            throw APIFault(
                429, "rate_limit", "TOO_MANY_VIEWERS", "\(limits.viewers) look at the dashboard already; close some",
                retryAfter: .seconds(30))
        }
        let stream = DashboardStream(handler: self, seat: seat) { try self.caller(request) }
        return HTTPServerResponse(
            status: 200, headers: [HTTPField("content-type", "text/event-stream")],
            body: .stream { try await stream.run($0) })
    }

    /// Whom the request is from; the tenant is the account's where the request names none.
    func caller(_ request: HTTPServerRequest) throws -> Caller {
        let credentials = Accounts.Credentials(request)
        if let tenant = request.headers["x-tenant-name"], !tenant.isEmpty {
            return try accounts.caller(credentials, tenant: tenant)
        }
        return try accounts.caller(credentials)
    }

    private func rows(_ request: HTTPServerRequest) throws -> Int {
        min(max(1, try number("limit", request) ?? limits.pageRows / 2), limits.pageRows)
    }

    private func number(_ name: String, _ request: HTTPServerRequest) throws -> Int? {
        guard let text = request.query(name) else { return nil }
        guard let number = Int(text), number >= 0 else { throw APIFault.wrongType(name, "a whole number from 0") }
        return number
    }

    /// `12.30`: 30 failed records of the chunk at 12 are left out.
    private func cursor(_ request: HTTPServerRequest) throws -> FailurePage.Cursor? {
        guard let text = request.query("from") else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let chunk = parts[0], let record = parts[1], chunk >= 0, record >= 0 else {
            throw APIFault.wrongType("from", "what an answer before said")
        }
        return FailurePage.Cursor(chunk: chunk, record: record)
    }

    private func secured(_ response: HTTPServerResponse) -> HTTPServerResponse {
        var response = response
        response.headers += DashboardFile.securityHeaders + [HTTPField("cache-control", "no-store")]
        return response
    }
}
