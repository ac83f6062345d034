// SPDX-License-Identifier: Apache-2.0
// A source whose batches are found while it is read, and which survives one that fails: swift run DynamicBatches

import CartloadCore
import CartloadFlow
import Synchronization

/// Stands in for a shop whose customers are listed five at a time.
struct Shop {
    /// Whose orders cannot be read.
    var broken: Int?

    func customers(after id: Int) -> [Int] { Array((id + 1..<id + 6).prefix { $0 <= 23 }) }

    func orders(of customer: Int) throws -> [JSONObject] {
        if customer == broken { throw CartloadError(.init("shop.down"), "the shop does not answer") }
        return (0..<customer % 4).map { JSONObject([("customer", .int(customer)), ("order", .int($0))]) }
    }
}

struct Orders: ComposableStream, LazilyBatchedStream {
    let shop: Shop
    /// Says whose checkpoints these are, so that others' are refused.
    private let form = CheckpointForm(kind: "shop.orders", stream: "orders")

    var description: StreamDescription { StreamDescription("orders", keys: ["customer", "order"], concurrency: 3) }

    /// One batch for each customer; the next list is asked for when the last one is used up.
    func batchSequence(since checkpoint: Checkpoint?) async throws -> BatchSequence {
        let last = try form.open(checkpoint)?["through"]?.intValue ?? 0
        let state = Mutex((listed: [Int](), last: last))
        return BatchSequence {
            state.withLock { state in
                if state.listed.isEmpty { state.listed = shop.customers(after: state.last) }
                guard let customer = state.listed.first else { return nil }
                state.listed.removeFirst()
                state.last = customer
                return ["customer": .int(customer)]
            }
        }
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        let orders = try shop.orders(of: batch["customer"]?.intValue ?? 0)
        if !orders.isEmpty { try await output.write(RecordBatch(records: orders)) }
        try await output.close(batch)  // also without orders: then nobody asks again
    }

    /// Called in the order of batches, whatever order they ended in.
    func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
        form.seal(JSONObject([("through", batch["customer"] ?? .null)]))
    }
}

struct ShopSource: Source {
    var shop: Shop

    func streams() async throws -> [any Stream] { [Orders(shop: shop)] }
}

// The first run gives customer 7 up after two tries and reads all the others; the second has only that one left.
let store = MemoryCheckpointStore()
let destination = MemoryDestination()
for broken in [7, nil] {
    let link = Link(
        "shop", source: ShopSource(shop: Shop(broken: broken)), outlets: [Outlet("memory", destination)],
        batchFailures: BatchFailurePolicy(attempts: 2, backoff: .milliseconds(1), last: .skip))
    let run = FlowRun(link, store: store)
    try await run.run()
    let count = run.meter.snapshot
    print("\(count.recordsRead) orders, \(count.batchesFailed) customers given up")
}
