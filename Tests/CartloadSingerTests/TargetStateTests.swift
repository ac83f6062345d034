// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadSinger
import Testing

/// A STATE leaves only when everything before it is durable (I1), and soon then.
@Suite struct TargetStateTests {
    private let three =
        Message.users + Message.record("users", 1) + Message.state(1) + Message.record("users", 2) + Message.state(2)
        + Message.record("users", 3)

    @Test func aStateFollowsTheCommitOfWhatPrecedesIt() async {
        let trial = TargetTrial()
        #expect(await trial.run(three, into: WatchedDestination(trial.log)) == nil)
        #expect(
            trial.log.events == [
                "open users id:integer,name:string by id", "write users 1,2,3", "commit users last", #"state {"n":2}"#,
                "close",
            ])
    }

    @Test(arguments: ["commit", "write users", "open"])
    func whenTheDestinationFailsNoStateLeaves(event: String) async {
        let trial = TargetTrial()
        let error = await trial.run(three, into: WatchedDestination(trial.log, failsAt: event))
        #expect(error?.code.rawValue == "test.failure")
        #expect(trial.states == [])
        #expect(trial.log.events.last == "close")
    }

    @Test func whenTheLastCommitFailsOnlyTheStatesBeforeItHaveLeft() async {
        var trial = TargetTrial()
        trial.options.blockSize = 48  // a block for each message
        trial.options.drain.records = 2
        let messages =
            Message.users + Message.record("users", 1) + Message.state(1) + Message.record("users", 2)
            + Message.state(2) + Message.record("users", 3) + Message.state(3)
        let error = await trial.run(messages, into: WatchedDestination(trial.log, failsAt: "commit users last"))
        #expect(error?.code.rawValue == "test.failure")
        #expect(trial.states == [#"{"n":1}"#, #"{"n":2}"#])
    }

    @Test func whenTheOutputIsGoneTheRunEndsAtOnce() async {
        let log = EventLog()
        let gone = LineOutput { _ in throw CartloadError(.singerOutput, "messages cannot be written") }
        let three = three
        let error = await #expect(throws: CartloadError.self) {
            try await TargetRun(
                WatchedDestination(log), input: { GatedReader(giving: three) }, output: gone,
                clock: SteppedClock().clock, workers: 1
            ).run()
        }
        #expect(error?.code == .singerOutput)
        #expect(log.events.filter { $0.hasPrefix("commit") }.count == 1)
    }

    @Test(arguments: [[1], [1, 2], [1, 1, 3]])
    func statesOfABlockAreJoined(numbers: [Int]) async {
        let trial = TargetTrial()
        let messages = Message.users + numbers.map { Message.record("users", $0) + Message.state($0) }.joined()
        #expect(await trial.run(messages, into: WatchedDestination(trial.log)) == nil)
        #expect(trial.states == [#"{"n":\#(numbers.last ?? 0)}"#])
    }

    @Test func aStateWithoutRecordsLeavesToo() async {
        let trial = TargetTrial()
        #expect(await trial.run(Message.state(7), into: WatchedDestination(trial.log)) == nil)
        #expect(trial.log.events == [#"state {"n":7}"#, "close"])
    }

    /// An empty state would make the runner forget everything.
    @Test(arguments: ["{}", "null", " { } ", "{\t}"], [false, true])
    func anEmptyStateIsPassedOnOnlyIfAsked(value: String, passes: Bool) async {
        var trial = TargetTrial()
        trial.options.passesEmptyState = passes
        let line = "{\"type\":\"STATE\",\"value\":\(value)}\n"
        #expect(await trial.run(Message.state(1) + line, into: MemoryDestination()) == nil)
        #expect(trial.states == [passes ? value.trimmingSpaces : #"{"n":1}"#])
    }

    /// The value goes out as it came in, digit for digit.
    @Test(arguments: [
        #"{"x":1.50,"y":1e400,"z":123456789012345678901234567890}"#, #"[1, "a\u00e9\ud800"]"#, "5", "\"text\"", "false",
        #"{"a":{"b":[{}]},"a":2}"#,
    ])
    func aStateIsCopied(value: String) async {
        let trial = TargetTrial()
        #expect(await trial.run("{\"value\":\(value),\"type\":\"STATE\"}", into: MemoryDestination()) == nil)
        #expect(trial.states == [value])
    }

    @Test func aStateWithoutValueIsAFault() async {
        let trial = TargetTrial()
        let error = await trial.run(Message.state(1) + #"{"type":"STATE"}"# + "\n", into: MemoryDestination())
        #expect(error?.code == .singerMessage && error?.location.line == 2)
        #expect(error?.location.byte == Message.state(1).utf8.count)
    }

    @Test(arguments: ["", "\n", " \r\n\n", "\u{feff}", "\u{feff}\n\n"])
    func anEmptyInputIsARunWithoutStates(input: String) async {
        let trial = TargetTrial()
        #expect(await trial.run(input, into: WatchedDestination(trial.log)) == nil)
        #expect(trial.log.events == ["close"])
    }

    /// The rows of an overwriting destination are seen at its end, all at once: what a state covers is not there before.
    @Test func whatIsShownAtTheEndIsAcknowledgedAtTheEnd() async {
        var trial = TargetTrial()
        trial.options.acknowledgesAtEnd = true
        trial.options.blockSize = 48
        trial.options.drain.records = 1
        let destination = WatchedDestination(trial.log)
        #expect(await trial.run(three, into: destination) == nil)
        #expect(trial.log.events.filter { $0 == "commit users" }.count >= 2)
        #expect(Array(trial.log.events.suffix(3)) == ["commit users last", #"state {"n":2}"#, "close"])
        #expect(trial.states.count == 1)
    }

    @Test func aStopCommitsWithoutEndingTheStreams() async {
        let trial = TargetTrial()
        let reader = GatedReader()
        let destination = WatchedDestination(trial.log)
        async let error = trial.run(into: destination) { reader }
        reader.give(Message.users + Message.record("users", 1) + Message.state(1))
        await trial.log.until("write users 1")
        trial.stop.request()
        reader.give("")
        #expect(await error == nil)
        #expect(trial.log.events.suffix(3) == ["commit users", #"state {"n":1}"#, "close"])
        #expect(destination.ids("users") == [1])
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

extension GatedReader {
    /// One text and the end.
    convenience init(giving text: String) {
        self.init()
        give(text)
        give("")
    }
}
