// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadAirbyte

@Suite struct StateCadenceTests {
    private func state(_ place: Int) -> StreamState {
        var state = StreamState("s", .incremental)
        state.checkpoint = Checkpoint(["done": .int(place)])
        return state
    }

    @Test func everyNewStateGoesOutWithItsCount() {
        var cadence = StateCadence(interval: .zero)
        cadence.wrote(10)
        cadence.wrote(5)
        let first = cadence.reached(state(1), isLast: false, isReaderSlow: false, at: .zero)
        #expect(first?.state == state(1) && first?.recordCount == 15)
        // An empty batch is checkpointed too.
        let second = cadence.reached(state(2), isLast: false, isReaderSlow: false, at: .zero)
        #expect(second?.state == state(2) && second?.recordCount == 0)
    }

    @Test func theSameStateDoesNotFollowItself() {
        var cadence = StateCadence(interval: .zero)
        _ = cadence.reached(state(1), isLast: false, isReaderSlow: false, at: .zero)
        #expect(cadence.reached(state(1), isLast: false, isReaderSlow: false, at: .zero) == nil)
        cadence.wrote(3)
        #expect(cadence.reached(state(1), isLast: true, isReaderSlow: false, at: .zero) == nil)
        // Its records count with the next one.
        #expect(cadence.reached(state(2), isLast: true, isReaderSlow: false, at: .zero)?.recordCount == 3)
    }

    @Test func oneStateWaitsForASlowReaderAndItIsTheNewest() {
        var cadence = StateCadence(interval: .zero)
        _ = cadence.reached(state(0), isLast: false, isReaderSlow: false, at: .zero)
        for place in 1...1000 {
            #expect(cadence.reached(state(place), isLast: false, isReaderSlow: true, at: .zero) == nil)
        }
        #expect(cadence.broken(at: .zero)?.state == state(1000))
        #expect(cadence.broken(at: .zero) == nil)
    }

    @Test func recordsAreFollowedByAStateHoweverSlowTheReader() {
        var cadence = StateCadence(interval: .zero)
        cadence.wrote(1)
        #expect(cadence.reached(state(1), isLast: false, isReaderSlow: true, at: .zero)?.recordCount == 1)
    }

    @Test func statesKeepTheirDistanceButTheLastOneDoesNot() {
        var cadence = StateCadence(interval: .seconds(60))
        cadence.wrote(1)
        #expect(cadence.reached(state(1), isLast: false, isReaderSlow: false, at: .seconds(100)) != nil)
        cadence.wrote(2)
        #expect(cadence.reached(state(2), isLast: false, isReaderSlow: false, at: .seconds(159)) == nil)
        cadence.wrote(3)
        #expect(cadence.reached(state(3), isLast: false, isReaderSlow: false, at: .seconds(160))?.recordCount == 5)
        cadence.wrote(4)
        #expect(cadence.reached(state(4), isLast: true, isReaderSlow: false, at: .seconds(161))?.recordCount == 4)
    }
}
