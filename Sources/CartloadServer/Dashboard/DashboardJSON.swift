// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCompute
internal import CartloadCore

/// The values that the page understands.
enum DashboardJSON {
    /// A pipeline in an event.
    ///
    /// - Parameter isNew: Whether what never changes is wanted too.
    static func write(_ pipeline: PipelineSnapshot, isNew: Bool, now: Duration, into text: inout BytesBuilder) {
        let counts = pipeline.counts
        text.append("{\"id\":\"\(pipeline.definition.id)\",")
        if isNew {
            text.append("\"service\":")
            text.append(JSONValue.string(pipeline.definition.serviceURI).description)
            text.append(",\"user\":")
            text.append(JSONValue.string(pipeline.definition.user).description)
            text.append(",\"created\":\(pipeline.definition.createdAt.microseconds / 1000),")
        }
        text.append("\"state\":\"\(pipeline.state.rawValue)\",\"activity\":\"\(pipeline.activity.rawValue)\",")
        text.append("\"submitted\":\(counts.recordsSubmitted),\"completed\":\(counts.recordsCompleted),")
        text.append("\"failed\":\(counts.recordsFailed),\"available\":\(counts.recordsAvailable),")
        text.append("\"chunks\":\(counts.chunksSubmitted),\"chunks_completed\":\(counts.chunksCompleted),")
        text.append("\"chunks_failed\":\(counts.chunksFailed),\"chunks_available\":\(counts.chunksAvailable),")
        text.append("\"ms\":\((counts.computeTime * 1000).rounded() / 1000),\"workers\":\(pipeline.workersInUse),")
        text.append("\"input\":\(pipeline.inputUsed),\"output\":\(pipeline.outputUsed),")
        text.append("\"rate\":\((pipeline.rate.perSecond(at: now) * 100).rounded() / 100),")
        text.append("\"updated\":\((pipeline.endedAt ?? pipeline.updatedAt).microseconds / 1000)}")
    }

    /// What is shared: members of an object, without its braces.
    static func use(_ moment: DashboardFeed.Moment) -> Bytes {
        var members = JSONObject([
            ("total", .int(moment.changes.total)), ("unfinished", .int(moment.changes.unfinished)),
            ("use", use(moment.use, workers: moment.workers)),
        ])
        if !moment.tenants.isEmpty {
            members["tenants"] = .array(
                moment.tenants.map { tenant in
                    var value = use(tenant.use, workers: nil).objectValue ?? JSONObject()
                    value["name"] = .string(tenant.name)
                    return .object(value)
                })
        }
        if !moment.services.isEmpty {
            members["services"] = .array(
                moment.services.map { worker in
                    .object(
                        JSONObject([
                            ("service", .string(worker.service)), ("busy", .int(worker.counts.busy)),
                            ("idle", .int(worker.counts.idle)), ("started", .int(worker.counts.started)),
                            ("lost", .int(worker.counts.lost)),
                        ]))
                })
        }
        let text = Bytes(JSONValue.object(members).description)
        return text[1..<text.count - 1]
    }

    private static func use(_ use: TenantUse, workers: Int?) -> JSONValue {
        var members = JSONObject([
            ("input", .int(use.inputUsed)), ("input_limit", .int(use.limits.inputBytes)),
            ("output", .int(use.outputUsed)), ("output_limit", .int(use.limits.outputBytes)),
            ("workers", .int(use.workersInUse)), ("pipelines", .int(use.pipelines)),
        ])
        members["workers_limit"] = workers.map { .int($0) }
        return .object(members)
    }

    /// A pipeline with what it was created with.
    static func details(_ pipeline: PipelineSnapshot, now: Duration) -> JSONValue {
        var text = BytesBuilder()
        write(pipeline, isNew: true, now: now, into: &text)
        let definition = pipeline.definition
        var members = (try? JSONValue(parsing: text.finish()))?.objectValue ?? JSONObject()
        members["input_limit"] = .int(definition.configuration.inputBytes)
        members["output_limit"] = .int(definition.configuration.outputBytes)
        members["acceptable_errors"] = .int(definition.configuration.acceptableErrorPercentage)
        members["retried"] = .int(pipeline.counts.recordsRetried)
        members["input_bytes"] = .int(pipeline.counts.inputBytes)
        members["output_bytes"] = .int(pipeline.counts.outputBytes)
        members["correlation_id"] = definition.correlationID.map { .string($0) }
        members["source_system"] = definition.sourceSystem.map { .string($0) }
        members["call_purpose"] = definition.callPurpose.map { .string($0) }
        members["summary"] = pipeline.aggregates
        return .object(members)
    }

    static func chunks(_ page: ChunkPage) -> JSONValue {
        let chunks = page.chunks.map { chunk in
            var members = JSONObject([
                ("sequence", .int(chunk.sequence)), ("id", .string(chunk.id)), ("state", .string(chunk.state.rawValue)),
                ("records", .int(chunk.recordCount)), ("retries", .int(chunk.retryCount)),
                ("input_bytes", .int(chunk.inputBytes)),
            ])
            members["failed"] = chunk.failedCount.map { .int($0) }
            members["ms"] = chunk.computeTime.map { .double(($0 * 1000).rounded() / 1000) }
            members["output_bytes"] = chunk.outputBytes.map { .int($0) }
            return JSONValue.object(members)
        }
        return .object(
            JSONObject([("chunks", .array(chunks)), ("offset", .int(page.offset)), ("total", .int(page.total))]))
    }

    static func failures(_ page: FailurePage) -> JSONValue {
        let chunks = page.chunks.map { chunk in
            JSONValue.object(
                JSONObject([
                    ("id", .string(chunk.id)), ("sequence", .int(chunk.sequence)), ("failed", .int(chunk.failedCount)),
                    ("kept", .bool(chunk.isKept)), ("records", .array(chunk.records.map(record))),
                ]))
        }
        var members = JSONObject([("chunks", .array(chunks)), ("total", .int(page.total))])
        members["next"] = page.next.map { .string("\($0.chunk).\($0.record)") }
        return .object(members)
    }

    private static func record(_ failed: FailedRecord) -> JSONValue {
        let problems = failed.problems.map { problem in
            var members = JSONObject([("message", .string(problem.message))])
            members["path"] = problem.path.map { .string($0) }
            members["category"] = problem.category.map { .string($0) }
            members["type"] = problem.type.map { .string($0) }
            members["details"] = problem.details
            return JSONValue.object(members)
        }
        return .object(JSONObject([("record", .int(failed.record)), ("problems", .array(problems))]))
    }
}
