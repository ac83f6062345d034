// SPDX-License-Identifier: Apache-2.0

/// Lets one in at a time, in the order in which they came.
actor Turn {
    private var last: Task<Void, any Error>?

    func take(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let earlier = last
        let task = Task {
            _ = await earlier?.result
            try await body()
        }
        last = task
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
