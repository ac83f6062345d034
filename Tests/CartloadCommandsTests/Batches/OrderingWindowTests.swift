// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Testing

@testable import CartloadCommands

@Suite struct OrderingWindowTests {
    private func filled(_ window: inout OrderingWindow<String, Int>, _ count: Int) {
        for index in window.end..<window.end + count { _ = window.admit(index, "c\(index)", byteCount: 10) }
    }

    private func arrive(_ window: inout OrderingWindow<String, Int>, _ index: Int)
        -> OrderingWindow<String, Int>.Arrival
    {
        window.arrive(index, index, byteCount: 5)
    }

    private func left(_ window: inout OrderingWindow<String, Int>) -> [Int] {
        var indices: [Int] = []
        while let found = window.leave() { indices.append(found.index) }
        return indices
    }

    @Test func chunksLeaveInOrderHoweverTheirAnswersCome() {
        var window = OrderingWindow<String, Int>(isOrdered: true)
        filled(&window, 3)
        let found1 = arrive(&window, 2)
        #expect(found1 == .taken)
        #expect(!window.canLeave)
        let found2 = left(&window)
        #expect(found2 == [])
        let found3 = arrive(&window, 0)
        #expect(found3 == .taken)
        let found4 = left(&window)
        #expect(found4 == [0])
        let found5 = arrive(&window, 1)
        #expect(found5 == .taken)
        let found6 = left(&window)
        #expect(found6 == [1, 2])
        #expect(window.isEmpty)
        #expect(window.byteCount == 0)
    }

    @Test func withoutOrderChunksLeaveAsTheirAnswersCome() {
        var window = OrderingWindow<String, Int>(isOrdered: false)
        filled(&window, 3)
        _ = window.arrive(2, 2, byteCount: 5)
        let found7 = left(&window)
        #expect(found7 == [2])
        #expect(window.next == 0)
        #expect(window.left == [2])
        _ = window.arrive(0, 0, byteCount: 5)
        _ = window.arrive(1, 1, byteCount: 5)
        let found8 = left(&window)
        #expect(found8 == [0, 1])
        #expect(window.next == 3)
        #expect(window.left.isEmpty)
    }

    @Test func anAnswerThatComesAgainIsNoticed() {
        var window = OrderingWindow<String, Int>(isOrdered: true)
        filled(&window, 1)
        let found9 = arrive(&window, 0)
        #expect(found9 == .taken)
        let found10 = arrive(&window, 0)
        #expect(found10 == .repeated)
        let found11 = left(&window)
        #expect(found11 == [0])
        let found12 = arrive(&window, 0)
        #expect(found12 == .repeated)
    }

    @Test func anAnswerThatIsThereBeforeItsChunkWaitsForIt() {
        var window = OrderingWindow<String, Int>(isOrdered: true, next: 5)
        let found13 = arrive(&window, 5)
        #expect(found13 == .early)
        #expect(window.strays == [5])
        let isNew = window.admit(5, "c5", byteCount: 10)
        #expect(!isNew)
        let found14 = left(&window)
        #expect(found14 == [5])
        #expect(window.strays == [])
    }

    @Test func chunksOfAnEarlierRunArePassedWhenTheyAreRead() {
        var window = OrderingWindow<String, Int>(isOrdered: false, next: 3, left: [4, 6])
        let isNew15 = window.admit(3, "c3", byteCount: 10)
        #expect(isNew15)
        let isNew16 = window.admit(4, "c4", byteCount: 10)
        #expect(!isNew16)
        _ = window.arrive(3, 3, byteCount: 5)
        let found17 = left(&window)
        #expect(found17 == [3])
        #expect(window.next == 5)
        let isNew18 = window.admit(5, "c5", byteCount: 10)
        #expect(isNew18)
        let isNew19 = window.admit(6, "c6", byteCount: 10)
        #expect(!isNew19)
        #expect(window.unanswered.map(\.index) == [5])
        _ = window.arrive(5, 5, byteCount: 5)
        let found20 = left(&window)
        #expect(found20 == [5])
        #expect(window.next == 7)
    }

    @Test func everyChunkLeavesOnceInAnyOrderOfAnswers() {
        let seed = UInt64.random(in: 1...1_000_000)
        var random = SeededGenerator(seed: seed)
        for isOrdered in [true, false] {
            var window = OrderingWindow<String, Int>(isOrdered: isOrdered)
            var out: [Int] = []
            var waiting: [Int] = []
            while out.count < 500 {
                if window.end < 500, Bool.random(using: &random) {
                    waiting.append(window.end)
                    filled(&window, 1)
                } else if let position = waiting.indices.randomElement(using: &random) {
                    _ = window.arrive(waiting.remove(at: position), 0, byteCount: 1)
                }
                out += left(&window)
            }
            #expect(isOrdered ? out == Array(0..<500) : out.sorted() == Array(0..<500), "seed \(seed)")
            #expect(window.byteCount == 0, "seed \(seed)")
        }
    }
}
