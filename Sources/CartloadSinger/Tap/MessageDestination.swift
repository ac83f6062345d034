// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Standard output as a destination: records become RECORD or BATCH messages, commits become STATE messages.
struct MessageDestination: Destination {
    let session: TapSession
    let plan: TapStreamPlan

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter { try writer() }

    func writer() throws -> any DestinationWriter {
        if let batches = session.options.batches, batches.includes(plan.name) {
            return try BatchMessageWriter(session, plan, batches)
        }
        return try RecordMessageWriter(session, plan)
    }
}
