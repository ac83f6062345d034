// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadSinger

/// A tap that is run over a source, and the messages that it sent.
struct TapTrial {
    var options = TapOptions(name: "tap-test")
    var catalog: Catalog?
    var state: JSONValue = .null
    let log = EventLog()
    let clock = SteppedClock()
    let warnings = TargetTrial.Warnings()
    let stop = StopRequest()
    let meter = RunMeter(flow: "tap-test")
    /// The number of the run, for the names of files.
    var runID = "run"

    init() {}

    /// - Parameter configuration: What a user would write.
    init(_ configuration: JSONValue) throws {
        options = try TapOptions(
            name: "tap-test",
            Configuration(configuration.objectValue ?? JSONObject(), settings: TapOptions.settings))
    }

    var lines: [String] { log.all("out") }

    /// The lines as one text, as a target reads them.
    var text: String { lines.map { $0 + "\n" }.joined() }

    /// The messages of a type.
    func messages(_ type: String) throws -> [JSONValue] {
        try lines.map { try JSONValue(parsing: $0) }.filter { $0["type"]?.stringValue == type }
    }

    var states: [JSONValue] { (try? messages("STATE").compactMap { $0["value"] }) ?? [] }

    /// The records of RECORD messages.
    func records(_ stream: String? = nil) throws -> [JSONObject] {
        try messages("RECORD").filter { stream == nil || $0["stream"]?.stringValue == stream }
            .compactMap { $0["record"]?.objectValue }
    }

    func ids(_ stream: String? = nil) throws -> [Int] { try records(stream).compactMap { $0["id"]?.intValue } }

    /// Runs to the end, or to a stop.
    @discardableResult
    func run(_ source: any Source) async -> CartloadError? {
        await run(source, output: log.output("out"))
    }

    @discardableResult
    func run(_ source: any Source, output: LineOutput) async -> CartloadError? {
        do {
            try await TapRun(
                source, options: options, catalog: catalog, state: TapState(state), output: output, stop: stop,
                meter: meter, clock: clock.clock, runID: runID, metric: { self.log.note("metric \($0)") },
                warn: { self.warnings.add($0) }
            ).run()
            return nil
        } catch let error as CartloadError {
            return error
        } catch {
            return CartloadError(CartloadError.Code("test.other"), "\(error)")
        }
    }
}
