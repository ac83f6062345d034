// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadCompute

@Suite struct WorkerAllowanceTests {
    @Test func itGrowsByOneWhereverAllThatMayRunHaveEnoughToDo() {
        var workers = WorkerAllowance(PipelineConfiguration(initialWorkers: 1, maximumWorkers: 3))
        for limit in [2, 3, 3] {
            while workers.mayStart { workers.start() }
            workers.finish(hasMore: true)
            #expect(workers.limit == limit)
        }
        workers.start()
        workers.finish(hasMore: false)
        #expect(workers.limit == 3)
        #expect(workers.running == 2)
    }

    @Test func nothingStartsDuringAPause() {
        var workers = WorkerAllowance(PipelineConfiguration(initialWorkers: 1, maximumWorkers: 1))
        workers.start()
        workers.giveBack()
        workers.pause(until: .seconds(3))
        #expect(!workers.mayStart)
        workers.resume(at: .seconds(2))
        #expect(!workers.mayStart && !workers.isDue(at: .seconds(2)))
        workers.resume(at: .seconds(3))
        #expect(workers.mayStart)
    }
}
