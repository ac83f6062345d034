// SPDX-License-Identifier: Apache-2.0

internal import CMemory
internal import CartloadAirbyte
internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadFlow

/// One run of an Airbyte connector: signals, and errors as messages.
struct AirbyteSession {
    let output: AirbyteOutput
    let context: CommandContext

    init(isDebugging: Bool, _ context: CommandContext) {
        let redactor = context.console.redactor
        output = AirbyteOutput(context.lines, isDebugging: isDebugging) { redactor.redact($0) }
        self.context = context
    }

    /// Runs until `body` ends; what it throws is told in messages.
    ///
    /// - Parameters:
    ///   - isStoppable: Whether signals end it cleanly. Where there is nothing to clean up they end it at once: runners send
    ///     them as soon as they have an answer, and take 143 for a failure.
    ///   - body: Says whether all went well.
    func run(
        _ name: String, isStoppable: Bool = true, _ body: (StopRequest, RunMeter) async throws -> Bool
    ) async throws -> ExitStatus {
        cl_memory_forget_start()
        let stop = StopRequest()
        let meter = RunMeter(flow: name)
        let signals = isStoppable ? context.watchSignals(stop) : nil
        do {
            let isDone = try await body(stop, meter)
            let statistics = meter.snapshot
            if statistics.recordsRejected > 0 {
                try output.log(
                    .warn,
                    "\(statistics.recordsRejected) records were rejected, in \(statistics.rejectFile ?? "the reject file")"
                )
            }
            if stop.isRequested { return signals?().map { .interrupted(by: $0) } ?? .failed }
            if !isDone { return .failed }
        } catch let error as CartloadError where error.code == .airbyteOutput {
            // There is nobody to tell on stdout.
            throw error
        } catch {
            if stop.isRequested, error is CancellationError {
                return signals?().map { .interrupted(by: $0) } ?? .failed
            }
            try output.report(error)
            return .failed
        }
        return .done
    }

    /// The source, which sends the changed configuration when a server has replaced a secret of it: the one message that must
    /// have secrets, as its reader gave them. A configuration that a person wrote is not sent.
    func announcingReplacedSecrets(_ source: any Source, _ configuration: AirbyteConfiguration) -> any Source {
        guard configuration.isKept, let replacing = source as? any SecretReplacing else { return source }
        return replacing.telling { [output, redactor = context.console.redactor] old, new in
            redactor.add(new)
            guard let changed = configuration.replacing(old, by: new) else { return }
            try output.send(AirbyteMessage.control(configuration: changed, at: output.clock.wall().microseconds))
        }
    }

    /// Answers `check`: whatever is wrong is the answer, and no failure of the program.
    func answerCheck(_ body: () async throws -> String) async throws -> ExitStatus {
        do {
            try output.log(.info, try await body())
            try output.connectionStatus(failure: nil)
        } catch let error as CartloadError where error.code == .airbyteOutput {
            throw error
        } catch {
            let isOfConfiguration = (error as? CartloadError)?.code.rawValue.hasPrefix("config.") ?? false
            let sentence = AirbyteOutput.sentence(of: error)
            try output.log(.error, String(describing: error))
            try output.connectionStatus(
                failure: isOfConfiguration ? "Config validation error: \(sentence)" : sentence)
        }
        return .done
    }
}
