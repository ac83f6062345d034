// SPDX-License-Identifier: Apache-2.0

import CartloadAirbyte
import CartloadCore
import CartloadFlow

extension RunClock {
    /// Stands at 2026-11-20T10:28:31.111696Z; those who sleep wake at once, in turns with the others.
    static let fixed = RunClock(
        now: { .zero }, wallSeconds: { 1_795_170_511 }, sleep: { _ in await Task.yield() },
        wall: { Instant(microseconds: 1_795_170_511_111_696) })
}
