// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import Testing

/// Records are made durable by their number, their bytes and their age, whichever comes first.
@Suite struct TargetDrainTests {
    private func commits(_ change: (inout TargetOptions) -> Void) async -> [String] {
        var trial = TargetTrial()
        trial.options.blockSize = 48  // a block for each message
        change(&trial.options)
        let messages = Message.users + (1...6).map { Message.record("users", $0) + Message.state($0) }.joined()
        #expect(await trial.run(messages, into: WatchedDestination(trial.log)) == nil)
        return trial.log.events.filter { !$0.hasPrefix("open") && $0 != "close" }
    }

    @Test func byRecords() async {
        let events = await commits { $0.drain.records = 2 }
        #expect(
            events == [
                "write users 1", "write users 2", "commit users", #"state {"n":1}"#, #"state {"n":2}"#,
                "write users 3", "write users 4", "commit users", #"state {"n":3}"#, #"state {"n":4}"#,
                "write users 5", "write users 6", "commit users", #"state {"n":5}"#, #"state {"n":6}"#,
                "commit users last",
            ])
    }

    @Test func byBytes() async {
        let all = await commits { $0.drain.bytes = 1 }
        #expect(all.filter { $0 == "commit users" }.count == 6)
        let none = await commits { $0.drain.bytes = 1 << 20 }
        #expect(none.filter { $0 == "commit users" }.isEmpty)
        #expect(none.last == #"state {"n":6}"#)
    }

    /// Between two commits the newest state stands for those before it.
    @Test func statesThatWaitAreJoined() async {
        let events = await commits { $0.drain.records = 1_000_000 }
        #expect(events.suffix(2) == ["commit users last", #"state {"n":6}"#])
        #expect(events.filter { $0.hasPrefix("state") }.count == 1)
    }

    @Test(arguments: [Duration.milliseconds(300), .seconds(10), .seconds(600)])
    func byAgeWhileNothingComesIn(age: Duration) async {
        var trial = TargetTrial()
        trial.options.drain.age = age
        let reader = GatedReader()
        let settled = trial
        async let error = settled.run(into: WatchedDestination(trial.log)) { reader }
        reader.give(Message.users + Message.record("users", 1) + Message.state(1))
        await trial.log.until("write users 1")
        // Not before it is due: a tick that comes too early changes nothing.
        await trial.clock.untilSomebodySleeps()
        trial.clock.advance(by: age - .milliseconds(1))
        await trial.clock.untilSomebodySleeps()
        #expect(trial.states == [])
        trial.clock.advance(by: .milliseconds(1))
        // The ticks are a second apart, or as long as the age.
        while !trial.log.events.contains("commit users") {
            trial.clock.advance(by: .milliseconds(100))
            await Task.yield()
        }
        await trial.log.until("state")
        #expect(trial.states == [#"{"n":1}"#])
        reader.give(Message.record("users", 2))
        reader.give("")
        #expect(await error == nil)
        // What came after is durable too; there is no second state to send.
        #expect(trial.states == [#"{"n":1}"#])
        #expect(trial.log.events.suffix(2) == ["commit users last", "close"])
    }

    @Test func aStateThatWaitsForNothingLeavesAtOnce() async {
        let trial = TargetTrial()
        let reader = GatedReader()
        async let error = trial.run(into: WatchedDestination(trial.log)) { reader }
        reader.give(Message.state(1))
        await trial.log.until("state")
        reader.give("")
        #expect(await error == nil)
        #expect(trial.states == [#"{"n":1}"#])
    }
}
