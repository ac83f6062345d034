// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
public import CartloadCompute
internal import CartloadCore
public import CartloadHTTP

/// Answers requests of the Batches API, and what operators ask for: the dashboard, health, metrics, the description of the
/// API.
public struct BatchesHandler: HTTPHandler {
    let engine: ComputeEngine
    let accounts: Accounts
    let clock: RunClock
    let options: ServerLimits
    /// Nil where it is turned off.
    let dashboard: DashboardHandler?
    private let workers: @Sendable () -> [ServiceWorkers]
    private let times = RequestTimes()

    /// - Parameter dashboard: Nil for a server without one.
    public init(
        engine: ComputeEngine, accounts: Accounts, limits: ServerLimits = ServerLimits(),
        dashboard: DashboardLimits? = DashboardLimits()
    ) {
        self.init(engine: engine, accounts: accounts, limits: limits, clock: .system, dashboard: dashboard)
    }

    init(
        engine: ComputeEngine, accounts: Accounts, limits: ServerLimits, clock: RunClock,
        dashboard: DashboardLimits? = DashboardLimits(),
        workers: @escaping @Sendable () -> [ServiceWorkers] = { [] }
    ) {
        self.dashboard = dashboard.map { limits in
            DashboardHandler(engine: engine, accounts: accounts, clock: clock, limits: limits, workers: workers)
        }
        self.workers = workers
        self.engine = engine
        self.accounts = accounts
        options = limits
        self.clock = clock
    }

    /// States and health are answered on the thread of the socket: they take microseconds and are asked for all the time.
    public func immediateResponse(to request: HTTPServerRequest) -> HTTPServerResponse? {
        let begin = clock.now()
        let isRead = request.method == "GET" || request.method == "HEAD"
        let segments = request.segments
        if segments.count == 1, isRead {
            return operators(segments[0]).map { timed(.operators, since: begin, $0) }
        }
        guard isRead, case .route(.status(let tenant, let id)) = APIRoute.match("GET", segments),
            request.query("wait") == nil
        else { return nil }
        let response = answer(request) {
            let asked = clock.wall()
            let caller = try self.caller(request, tenant)
            return status(try engine.status(of: id, by: caller), asked)
        }
        return timed(.status, since: begin, response)
    }

    public func response(to request: HTTPServerRequest) async -> HTTPServerResponse {
        let begin = clock.now()
        let segments = request.segments
        if let page = await dashboard?.response(to: request, segments) {
            return timed(.dashboard, since: begin, finished(request, page))
        }
        switch APIRoute.match(request.method == "HEAD" ? "GET" : request.method, segments) {
        case .unknown:
            let isKnown = segments.count == 1 && operators(segments[0]) != nil
            let nothing = APIFault(404, "not_found", "NOT_FOUND", "there is nothing at this path")
            return timed(
                isKnown ? .operators : .other, since: begin,
                isKnown ? wrongMethod(request, allowed: ["GET"]) : finished(request, .fault(nothing)))
        case .wrongMethod(let allowed): return timed(.other, since: begin, wrongMethod(request, allowed: allowed))
        case .route(.pull) where request.method == "HEAD":
            // Its answer has no body: the results in it would be lost.
            return timed(.other, since: begin, wrongMethod(request, allowed: ["GET"]))
        case .route(let route):
            do {
                return timed(route.operation, since: begin, finished(request, try await response(route, request)))
            } catch {
                return timed(route.operation, since: begin, finished(request, .fault(APIFault(error))))
            }
        }
    }

    private func timed(
        _ operation: RequestOperation, since begin: Duration, _ response: HTTPServerResponse
    ) -> HTTPServerResponse {
        times.add(operation, clock.now() - begin, status: response.status)
        return response
    }

    /// 405 is no status that the vendor's clients know by name; no client of theirs sends such a request.
    private func wrongMethod(_ request: HTTPServerRequest, allowed: [String]) -> HTTPServerResponse {
        let fault = APIFault(405, "invalid_input", "METHOD_NOT_ALLOWED", "the method is not allowed here")
        let allow = HTTPField("allow", allowed.joined(separator: ", "))
        return finished(request, .json(405, fault.json, headers: [allow]))
    }

    private func response(_ route: APIRoute, _ request: HTTPServerRequest) async throws -> HTTPServerResponse {
        let asked = clock.wall()
        switch route {
        case .token(let tenant): return try token(request, tenant)
        case .create(let tenant):
            let caller = try caller(request, tenant)
            return try await create(request, caller)
        case .describe(let tenant): return describe(try caller(request, tenant))
        case .info(let tenant, let id):
            let snapshot = try engine.status(of: id, by: caller(request, tenant))
            return .json(200, snapshot.info(now: clock.wall(), isWhole: true).json)
        case .status(let tenant, let id):
            let caller = try caller(request, tenant)
            guard let wait = try RequestParameters(request).wait(options) else {
                return status(try engine.status(of: id, by: caller), asked)
            }
            let seen = try engine.status(of: id, by: caller).counts.chunksCompleted
            return status(try await engine.status(of: id, after: seen, wait: wait, by: caller), asked)
        case .push(let tenant, let id):
            let caller = try caller(request, tenant)
            let snapshot = try await engine.push(
                request.body, to: id, by: caller, requestID: try RequestParameters(request).requestID)
            return status(snapshot, asked)
        case .pull(let tenant, let id): return try await pull(request, id, try caller(request, tenant), asked)
        case .acknowledge(let tenant, let id):
            let caller = try caller(request, tenant)
            switch try AcknowledgeRequest(request.body) {
            case .lease(let lease): return status(try await engine.acknowledge(lease: lease, of: id, by: caller), asked)
            case .chunks(let ids, let leases):
                return status(try await engine.acknowledge(chunks: ids, leases: leases, of: id, by: caller), asked)
            }
        case .end(let tenant, let id):
            let caller = try caller(request, tenant)
            let wanted = try EndRequest(request.body)
            let snapshot =
                switch wanted.end {
                case .closed: try await engine.close(id, by: caller)
                case .cancelled: try await engine.cancel(id, keepsCompleted: wanted.keepsCompleted, by: caller)
                }
            return .json(200, snapshot.info(now: clock.wall(), isWhole: false).json)
        }
    }

    private func create(_ request: HTTPServerRequest, _ caller: Caller) async throws -> HTTPServerResponse {
        let body = try CreateRequest(request.body)
        let limits = engine.use(of: caller.tenant).limits
        let wanted = try PipelineRequest(body, limits, options)
        let snapshot = try await engine.create(
            wanted, by: caller, requestID: try RequestParameters(request).requestID)
        return .json(200, snapshot.info(now: clock.wall(), isWhole: false).json)
    }

    private func describe(_ caller: Caller) -> HTTPServerResponse {
        let now = clock.wall()
        let all = engine.pipelines(by: caller)
        let use = engine.use(of: caller.tenant)
        let workers = min(use.limits.workers, engine.options.workers)
        let list = PipelineList(
            inProgress: all.filter { !$0.state.isTerminal }.map { $0.info(now: now, isWhole: true) },
            recent: all.filter(\.state.isTerminal).map { $0.info(now: now, isWhole: true) },
            inputBufferAllocatedBytes: use.limits.inputBytes, outputBufferAllocatedBytes: use.limits.outputBytes,
            maximumWorkers: workers, inputBufferUsedBytes: use.inputUsed, outputBufferUsedBytes: use.outputUsed,
            workersInUse: use.workersInUse)
        return .json(200, list.json)
    }

    private func pull(_ request: HTTPServerRequest, _ id: String, _ caller: Caller, _ asked: Instant) async throws
        -> HTTPServerResponse
    {
        let parameters = RequestParameters(request)
        let pulled = try await engine.pull(
            from: id, atMost: try parameters.maximum(), lease: try parameters.lease(options),
            wait: try parameters.wait(options), by: caller)
        // The results go out as they are, between a beginning and an end.
        var pieces = [Bytes(#"{"data":["#)]
        pieces.reserveCapacity(pulled.results.count * 2 + 2)
        for (index, result) in pulled.results.enumerated() {
            if index > 0 { pieces.append(BatchesHandler.comma) }
            pieces.append(result)
        }
        var end = BytesBuilder()
        end.append(#"],"status":"#)
        pulled.status.status(asked: asked, now: clock.wall()).write(into: &end)
        if let lease = pulled.lease {
            end.append(#","lease":"#)
            end.append(JSONValue.string(lease).description)
        }
        end.append("}")
        pieces.append(end.finish())
        return HTTPServerResponse(
            status: 200, headers: [HTTPField("content-type", "application/json")], body: .pieces(pieces))
    }

    private static let comma = Bytes(",")

    private func token(_ request: HTTPServerRequest, _ tenant: String) throws -> HTTPServerResponse {
        let form = FormBody(request.body)
        guard form["grant_type"] == "client_credentials" else {
            throw APIFault.invalid("the only grant_type is client_credentials", code: "UNSUPPORTED_GRANT_TYPE")
        }
        let token = try accounts.issue(
            tenant: tenant, client: form["client_id"] ?? "", secret: form["client_secret"] ?? "")
        return .json(
            200,
            .object(
                JSONObject([
                    ("access_token", .string(token.text)), ("expires_in", .int(token.lifetime.components.seconds)),
                    ("refresh_expires_in", 0), ("token_type", "Bearer"), ("not-before-policy", 0), ("scope", ""),
                ])), headers: [HTTPField("cache-control", "no-store")])
    }

    private func status(_ snapshot: PipelineSnapshot, _ asked: Instant) -> HTTPServerResponse {
        var text = BytesBuilder(capacity: 640)
        snapshot.status(asked: asked, now: clock.wall()).write(into: &text)
        return .json(200, text.finish())
    }

    private func caller(_ request: HTTPServerRequest, _ tenant: String) throws -> Caller {
        if let named = request.headers["x-tenant-name"], !named.isEmpty, named != tenant {
            throw APIFault(403, "forbidden", "TENANT_MISMATCH", "TENANT_MISMATCH")
        }
        return try accounts.caller(Accounts.Credentials(request), tenant: tenant)
    }

    private func answer(
        _ request: HTTPServerRequest, _ body: () throws -> HTTPServerResponse
    ) -> HTTPServerResponse {
        do {
            return finished(request, try body())
        } catch {
            return finished(request, .fault(APIFault(error)))
        }
    }

    /// Adds the request's id, so that both sides call it the same.
    private func finished(_ request: HTTPServerRequest, _ response: HTTPServerResponse) -> HTTPServerResponse {
        guard let id = request.headers["x-request-id"], id.utf8.count <= RequestParameters.maximumIDLength,
            id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return response }
        var response = response
        response.headers.append(HTTPField("x-request-id", id))
        return response
    }

    private func operators(_ name: String) -> HTTPServerResponse? {
        switch name {
        case "healthz": .json(200, ["status": "ok"])
        case "readyz":
            if let failure = engine.storeFailure {
                .json(503, ["status": "store failed", "message": .string(failure)])
            } else {
                .json(200, ["status": "ok"])
            }
        case "metrics": metrics
        case "openapi.json": .json(200, Bytes(OpenAPI.text))
        default: nil
        }
    }

    private var metrics: HTTPServerResponse {
        HTTPServerResponse(
            status: 200, headers: [HTTPField("content-type", "text/plain; version=0.0.4; charset=utf-8")],
            body: .bytes(Bytes(Metrics(engine: engine, workers: workers(), requests: times).text)))
    }
}
