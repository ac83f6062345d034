// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Foundation
import Testing

/// Kills the program again and again at random moments, until it gets to its end.
///
/// `CARTLOAD_KILLS` raises how often, `CARTLOAD_SEED` repeats a sequence of delays.
struct Executioner {
    let seed: UInt64
    private var random: SeededGenerator
    private(set) var kills = 0

    /// How many kills a test wants, more when the environment says so.
    static func wanted(_ count: Int) -> Int {
        ProcessInfo.processInfo.environment["CARTLOAD_KILLS"].flatMap { Int($0) }.map { max(count, $0) } ?? count
    }

    init() {
        seed =
            ProcessInfo.processInfo.environment["CARTLOAD_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 1...1_000_000)
        random = SeededGenerator(seed: seed)
    }

    /// Runs a command as often as it takes.
    ///
    /// - Parameters:
    ///   - longest: The latest moment of a kill.
    ///   - statuses: How the run that is not killed may end; the last of several may have found nothing to reject.
    ///   - isComplete: Asked after a kill: a program can be killed when all is done and only its exit is missing.
    mutating func run(
        _ arguments: [String], in sandbox: Sandbox, longest: Duration, statuses: [Int32],
        isComplete: () throws -> Bool = { false }
    ) throws {
        var interval = longest
        while true {
            let child = try Child(arguments, in: sandbox)
            let end = strike(child, within: interval)
            guard end == .signal(SIGKILL) else {
                #expect(statuses.contains { end == .exit($0) }, "seed \(seed), after \(kills) kills: \(child.said)")
                return
            }
            // A slow machine may need longer than that to get to the first commit.
            interval = interval * 21 / 20
            if try isComplete() { return }
        }
    }

    /// Kills a program at a random moment and says how it ended: it may have come to its end before.
    mutating func strike(_ child: Child, within longest: Duration) -> Child.End {
        strike([child], within: longest)[0]
    }

    /// Kills several programs at the same random moment.
    mutating func strike(_ children: [Child], within longest: Duration) -> [Child.End] {
        // The point of the tests is to hit a random moment of a program that runs by its own clock.
        Thread.sleep(forTimeInterval: random(0...longest.inSeconds))
        for child in children { child.send(SIGKILL) }
        let ends = children.map { $0.wait() }
        if ends.contains(.signal(SIGKILL)) { kills += 1 }
        return ends
    }

    /// A random number from the seed.
    mutating func random(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &random) }
}

extension Duration {
    var inSeconds: Double { Double(components.attoseconds) / 1e18 + Double(components.seconds) }
}
