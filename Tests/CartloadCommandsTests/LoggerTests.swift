// SPDX-License-Identifier: Apache-2.0

import CartloadConfiguration
import Synchronization
import Testing

@testable import CartloadCommands

@Suite struct LoggerTests {
    private func logged(isJSON: Bool, level: LogLevel, _ body: (Logger) -> Void) -> String {
        let sink = TestSink()
        let output = Console.Output(write: { sink.add($0) }, isTerminal: false, width: { 80 })
        let console = Console(output: output, error: output, redactor: Redactor())
        body(
            Logger(
                label: "flow", level: level,
                handler: ConsoleLogHandler(console: console, isJSON: isJSON, now: { 1_357_017_300.25 })))
        return sink.text
    }

    @Test func messagesBelowTheLevelAreNotMade() {
        let text = logged(isJSON: false, level: .notice) { logger in
            logger.info("no: \({ () -> String in Issue.record("it was made"); return "" }())")
            logger.notice("yes")
        }
        #expect(text == "2013-01-01T05:15:00.250Z notice flow: yes\n")
    }

    @Test func metadataGoesWithTheMessage() {
        let text = logged(isJSON: true, level: .trace) { logger in
            var logger = logger
            logger[metadataKey: "stream"] = "a"
            logger.trace("x \"y\"", metadata: ["batch": "3"])
        }
        #expect(
            text == """
                {"time":"2013-01-01T05:15:00.250Z","level":"trace","label":"flow","message":"x \\"y\\"",\
                "batch":"3","stream":"a"}

                """)
    }

    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
        (4_102_444_799.999, "2099-12-31T23:59:59.999Z"), (-1, "1969-12-31T23:59:59.000Z"),
    ])
    func timesAreUTC(seconds: Double, text: String) {
        #expect(Timestamp(secondsSince1970: seconds).description == text)
    }

    private final class TestSink: Sendable {
        private let collected = Mutex("")
        func add(_ text: String) { collected.withLock { $0 += text } }
        var text: String { collected.withLock { $0 } }
    }
}
