// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
public import CartloadCore
public import CartloadStorage

/// Is given the secret that a configuration has, and the one that takes its place; what it throws ends the run.
public typealias ReplacedSecret = @Sendable (_ old: String, _ new: String) throws -> Void

/// Reads an HTTP API as a definition says.
public struct HTTPAPISource: Source, SecretReplacing {
    public var definition: HTTPAPIDefinition
    /// What templates see as `config`.
    public var config: JSONObject
    public var clock: APIClock
    /// Told when the authorization server has replaced the refresh token: without the new one the next run cannot begin.
    public var refreshTokenReplaced: ReplacedSecret?
    /// How HTTP is spoken; bounds of bodies and times come from the definition.
    public var options: HTTPOptions
    private let redactor = Redactor()

    /// - Throws: `CartloadError` when the configuration is not what the definition asks for.
    public init(
        _ definition: HTTPAPIDefinition, config: JSONObject = JSONObject(), clock: APIClock = .system,
        options: HTTPOptions = HTTPOptions(), refreshTokenReplaced: ReplacedSecret? = nil
    ) throws {
        self.definition = definition
        self.config = config
        self.clock = clock
        self.options = options
        self.refreshTokenReplaced = refreshTokenReplaced
        guard !definition.settings.isEmpty else { return }
        for setting in definition.settings {
            // A variable of the environment that is not set gives an empty text.
            if self.config[setting.name] == nil, let value = setting.defaultValue, value != "" {
                self.config[setting.name] = value
            }
            if setting.isSecret, let secret = self.config[setting.name]?.stringValue { redactor.add(secret) }
        }
        do {
            _ = try Configuration(self.config, settings: definition.settings, path: "config")
        } catch let error as CartloadError {
            throw error.redacted(by: redactor)
        }
    }

    public func streams() async throws -> [any CartloadCore.Stream] {
        let exchange = try exchange()
        return try definition.streams.map { given in
            let pages = try stream(given, exchange, depth: 0)
            guard let cursor = given.cursor else { return pages }
            return CursorStream(cursor, pages, start: try cursor.start(of: given.name, in: exchange.scope))
        }
    }

    public func telling(ofReplacedSecrets tell: @escaping ReplacedSecret) -> any Source {
        var source = self
        source.refreshTokenReplaced = tell
        return source
    }

    private func exchange() throws -> APIExchange {
        let scope = TemplateScope(config: config, now: clock.instant())
        guard let base = try definition.baseURL.text(in: scope) else {
            throw CartloadError(.apiDefinition, "there is no base URL", advice: "Set `base_url`.")
        }
        let origin = try HTTPURL(base).origin
        var options = options
        options.maximumBodyBytes = definition.maximumBodyBytes
        options.timeout = definition.timeout
        options.acceptsGzip = true
        var hosts = definition.hosts + [origin.authority]
        var tokens: OAuthTokens?
        var secretParam: String?
        let gate = RequestGate(definition.rateLimit, clock)
        switch definition.authentication {
        case .param(let name, _): secretParam = name
        case .oauth(let grant):
            let url = try HTTPURL(try grant.tokenURL.text(in: scope) ?? "")
            hosts.append(url.origin.authority)
            let asking = APIClient(
                http: HTTPClient(hosts: .only([url.origin.authority]), options: options), origin: url.origin,
                authenticator: Authenticator(.none, scope, nil, redactor), gate: RequestGate(RateLimit(), clock),
                retry: definition.retry, clock: clock, redactor: redactor)
            // Every answer is taken but those that say to come again: what else is wrong, the tokens say better.
            let reading = AnswerReading(
                rules: [AnswerRule(.ignore, statuses: [200...407, 409...424, 426...428, 430...499])],
                form: .json([], isOptional: true), paths: [])
            tokens = OAuthTokens(
                grant, scope, clock, redactor, send: { try await asking.answer(to: $0, reading).response },
                replaced: refreshTokenReplaced)
        default: break
        }
        let client = APIClient(
            http: HTTPClient(hosts: .only(hosts), options: options), origin: origin,
            authenticator: Authenticator(definition.authentication, scope, tokens, redactor), gate: gate,
            retry: definition.retry, clock: clock, redactor: redactor)
        return APIExchange(
            client: client, scope: scope, base: definition.baseURL, secretParam: secretParam, clock: clock)
    }

    /// How many streams may be one another's parents (I7).
    private static let maximumDepth = 8

    private func stream(_ given: StreamDefinition, _ exchange: APIExchange, depth: Int) throws -> APIStream {
        var definition = given
        definition.request.headers = self.definition.headers.overridden(by: given.request.headers)
        definition.request.params = self.definition.params.overridden(by: given.request.params)
        if let param = given.cursor?.param {
            // Left out while there is no value, and where the stream is the parent of another and read whole.
            definition.request.params.append(
                APIRequest.Field(param, try Template(parsing: "{{ batch.since | null }}")))
        }
        let slices: any BatchSlices =
            if let windows = given.windows {
                WindowSlices(try windows.windows(of: given.name, in: exchange.scope))
            } else if let ranges = given.ranges {
                try ranges.slices(of: given.name, in: exchange.scope)
            } else {
                WholeSlice(refresh: given.refresh)
            }
        return APIStream(
            definition: definition,
            description: StreamDescription(
                given.name, schema: given.schema, keys: given.keys, concurrency: given.concurrency,
                dividesBatches: false),
            slices: slices, partitions: try partitions(of: given, exchange, depth), exchange: exchange,
            form: CheckpointForm(kind: APIStream.kind, stream: given.name),
            busy: BusyPartitions(
                limit: given.partitioning == nil ? given.concurrency : given.partConcurrency, slices))
    }

    private func partitions(
        of given: StreamDefinition, _ exchange: APIExchange, _ depth: Int
    ) throws -> @Sendable () async throws -> PartitionList {
        switch given.partitioning {
        case nil: return { PartitionList([.whole]) }
        case .list(let name, let values)?:
            // A template that is one hole may be a list itself.
            let values = try values.flatMap { value in
                let value = try value.value(in: exchange.scope)
                return value.arrayValue ?? [value]
            }
            let partitions = values.map { Partition(members: JSONObject([(name, $0)])) }
            return { PartitionList(partitions) }
        case .parents(let name, let fields)?:
            guard let parent = definition.streams.first(where: { $0.name == name }) else {
                throw CartloadError(
                    .apiDefinition, "the parents of \"\(given.name)\" are \"\(name)\", which is no stream",
                    advice: "The streams are \(definition.streams.map(\.name).joined(separator: ", ")).")
            }
            guard depth < HTTPAPISource.maximumDepth else {
                throw CartloadError(
                    .apiDefinition, "the parents of \"\(given.name)\" have too many parents, or each other",
                    advice: "Name as `parents` a stream that is not divided by this one.")
            }
            let stream = try stream(parent, exchange, depth: depth + 1)
            return {
                let parents = try await ParentRecords(stream, fields: fields)
                return PartitionList { try await parents.next() }
            }
        }
    }
}

extension [APIRequest.Field] {
    /// These, less those that others replace, and the others.
    fileprivate func overridden(by others: [APIRequest.Field]) -> [APIRequest.Field] {
        filter { own in !others.contains { $0.name.lowercased() == own.name.lowercased() } } + others
    }
}
