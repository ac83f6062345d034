// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadAirbyte
import CartloadFlow

extension AirbyteClock {
    /// Stands at 2026-11-20T10:28:31.111696Z; those who sleep wake at once, in turns with the others.
    static let fixed = AirbyteClock(
        run: RunClock(now: { .zero }, wallSeconds: { 1_795_170_511 }),
        wallMicroseconds: { 1_795_170_511_111_696 }, sleep: { _ in await Task.yield() })
}
