// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadFlow
internal import Synchronization

/// Links that a planner runs until they are stopped, or once: signals, reloading, a live view and a summary around it.
struct LinksSession {
    let path: String
    let options: RunRequest
    let context: CommandContext
    let showsProgress: Bool
    let isJSON: Bool
    let statisticsFile: String?

    func run(_ flows: [FlowDefinition]) async throws -> ExitStatus {
        let stop = StopRequest()
        let links = Mutex<[String: ActiveLink]>([:])
        let jobs = try flows.map { try job($0) }
        links.withLock { $0 = LinksSession.byName(jobs) }
        let directory = options.stateDirectory ?? ".cartload"
        let planner = try Planner(
            jobs, store: try SQLitePlannerStore(directory: directory),
            onEvent: { [context] in LinksSession.tell($0, context) })
        let signals = context.watchSignals(stop)
        let reload = reload(planner) { jobs in links.withLock { $0 = LinksSession.byName(jobs) } }
        if !options.runsOnce { context.watchHangups(reload) }
        let view = LinksView(planner: planner, links: { links.withLock { $0 } }, console: context.console)
        let display = showsProgress ? Task.detached { await view.show() } : nil
        var failure: (any Error)?
        do {
            if options.runsOnce || flows.allSatisfy({ $0.link.schedule == nil }) {
                stop.onRequest { Task.detached { await planner.stop() } }
                try await planner.runOnce()
            } else {
                try await planner.run(until: stop)
            }
        } catch {
            failure = error
        }
        display?.cancel()
        await display?.value
        let statuses = await planner.snapshot()
        let runsFailed = options.runsOnce && statuses.contains { $0.failureCount > 0 }
        let status: ExitStatus =
            if let failure {
                ExitStatus(of: failure)
            } else if runsFailed {
                .failed
            } else if stop.isRequested {
                signals().map { .interrupted(by: $0) } ?? .done
            } else {
                links.withLock { $0.values.contains { $0.meter.snapshot.recordsRejected > 0 } }
                    ? .doneWithRejects : .done
            }
        try report(statuses, links.withLock { $0 }, failure, status)
        return status
    }

    // MARK: Jobs

    private func job(_ flow: FlowDefinition, opensLate: Bool = false) throws -> LinkJob {
        let state = StatePlace(flow, options, registry: context.registry)
        let link = try LinkBuilder(flow: flow, registry: context.registry, state: state).link()
        let active = ActiveLink(
            link, store: try state.store(for: link),
            options: EngineOptions(blockSize: link.blockSize, isFresh: options.isFresh, keepsState: options.keepsState))
        if case .reject(let file, _) = link.errorPolicy { active.meter.update { $0.rejectFile = file } }
        return LinkJob(
            active, schedule: try flow.link.schedule ?? Schedule(.manual, isImmediate: true),
            fingerprint: flow.fingerprint, opensLate: opensLate)
    }

    private static func byName(_ jobs: [LinkJob]) -> [String: ActiveLink] {
        Dictionary(jobs.map { ($0.name, $0.link) }) { first, _ in first }
    }

    /// What SIGHUP does.
    private func reload(
        _ planner: Planner, _ replaced: @escaping @Sendable ([LinkJob]) -> Void
    ) -> @Sendable () -> Void {
        { [self] in
            Task.detached {
                do {
                    let jobs = try FlowFile.read(path, context).map { try job($0, opensLate: true) }
                    try await planner.replace(with: jobs)
                    replaced(jobs)
                    context.console.note("\(path) was read again: \(jobs.count) links")
                } catch {
                    context.console.note("\(path) was read again and changes nothing: \(Console.text(of: error))")
                }
            }
        }
    }

    private static func tell(_ event: PlannerEvent, _ context: CommandContext) {
        switch event {
        case .ready, .started, .finished, .gone: context.logger("links").info("\(event)")
        default: context.console.note("\(event)")
        }
    }

    // MARK: Summary

    private func report(
        _ statuses: [JobStatus], _ links: [String: ActiveLink], _ failure: (any Error)?, _ status: ExitStatus
    ) throws {
        var result = JSONObject([("status", .string(status.word))])
        result["links"] = .array(
            statuses.map { job in
                var json = links[job.name]?.meter.snapshot.json.objectValue ?? JSONObject()
                json["name"] = .string(job.name)
                json["runs"] = .int(job.runCount)
                json["failures"] = .int(job.failureCount)
                json["skipped"] = .int(job.skippedCount)
                json["missed"] = .int(job.missedCount)
                let triggers = links[job.name]?.triggers ?? [:]
                if !triggers.isEmpty {
                    json["buffer_triggers"] = .object(
                        JSONObject(
                            LinkBuffer.Trigger.allCases.compactMap { trigger in
                                triggers[trigger].map { (trigger.rawValue, .int($0)) }
                            }))
                }
                if let next = job.nextScheduled { json["next"] = .string(next.description) }
                if let error = job.lastError { json["last_error"] = .string(error) }
                return .object(json)
            })
        if let failure {
            result["error"] = context.json(of: failure)
            context.console.report(failure)
        } else {
            for line in LinksView.table(statuses, links) { context.console.note(line) }
        }
        let json = context.console.redactor.redact(.object(result))
        if let statisticsFile { try AtomicFile.write(json.pretty() + "\n", to: statisticsFile) }
        if isJSON { do { try context.console.print(json) } catch is OutputClosed {} }
    }
}
